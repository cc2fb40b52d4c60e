"""A win-back that Mara sends, step by step, for tests of campaigns."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import atomic, rows, run
from db.enums import CampaignState, ContactTopic, Objective, SegmentKind
from db.ids import new_id
from loyalty import clock
from loyalty.campaigns import drafting, editing, giving, scheduling, stored
from loyalty.campaigns.stored import Campaign, Message
from loyalty.jobs.worker import Worker
from loyalty.rules.actors import Actor
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.offers import NOTHING, Offer
from loyalty.rules.campaigns.timing import Cap, QuietHours
from loyalty.segments import stored as segments
from loyalty.segments.stored import New, Segment
from tests.cast import Cast
from tests.factories import START, Person
from tests.planting import plant
from tests.rows import insert

NOON = START.replace(hour=11)
"""12 o'clock in Berlin."""

CAP, QUIET, BY_MAIL = Cap(), QuietHours(), Channels()
NOTHING_SAID = Message()

HELLO = Message(
    "{{ first_name | Friend }}, we miss you",
    "There is bread",
    "Hi **{{ first_name | there }}**, you have {{ points_balance }} points.\n\n[Come back](https://shop.example/bread)",
)


_CAMPAIGN = (
    "INSERT INTO campaigns (programme_id, id, uid, name, objective, state, topic, offer, seed, held_out,"
    " quiet_from, quiet_until, cap_messages, cap_days, actor_name, created_at)"
    " VALUES ({p}, 1, 'c', 'Win-back', 'win_back', 'sending', 'other', '[]', 's', 2000, 0, 1,"
    " 1, 1, 'Mara', '2026-03-01 12:00:00+00:00')"
)
_BONUS = """INSERT INTO order_bonuses (programme_id, id, uid, customer_id, campaign_id, nth, points, status, key,
    granted_at, valid_until, clawed_points, covered_points, forgiven_points, earned_points, order_id)
    VALUES ({{p}}, 1, 'b', {{ines}}, 1, 2, 50, {}, 'k', '2026-03-01 12:00:00+00:00', '2027-03-01 12:00:00+00:00',
    0, 0, 0, {})"""

PLANTS = (
    plant(
        "tallies_are_its_people",
        "campaigns campaign_tallies",
        _CAMPAIGN,
        "INSERT INTO campaign_tallies (programme_id, campaign_id, arm, state, reason, people, clicked)"
        " VALUES ({p}, 1, 'treatment', 'delivered', '', 3, 0)",
    ),
    plant(
        "messages_read_are_known",
        "campaigns campaign_recipients portal_messages",
        _CAMPAIGN,
        "INSERT INTO campaign_recipients (programme_id, campaign_id, customer_id, arm, state, message_id, posted_at)"
        " VALUES ({p}, 1, {ines}, 'treatment', 'posted', 5, '2026-03-01 12:00:00+00:00')",
        "INSERT INTO portal_messages (programme_id, id, uid, customer_id, campaign_id, subject, body, at, read_at)"
        " VALUES ({p}, 5, 'm', {ines}, 1, 'Hello', '', '2026-03-01 12:00:00+00:00', '2026-03-01 12:00:00+00:00')",
        also="tallies_are_its_people",
    ),
    plant(
        "links_have_their_clicks",
        "campaigns campaign_links",
        _CAMPAIGN,
        "INSERT INTO campaign_links (programme_id, campaign_id, number, target, label, clicks)"
        " VALUES ({p}, 1, 1, '/portal', 'Come', 2)",
    ),
    plant(
        "who_is_held_back_gets_nothing",
        "campaigns campaign_recipients",
        _CAMPAIGN,
        "INSERT INTO campaign_recipients (programme_id, campaign_id, customer_id, arm, state, mail_id)"
        " VALUES ({p}, 1, {ines}, 'control', 'held', 5)",
        also="tallies_are_its_people",
    ),
    plant(
        "runs_and_places_match",
        "campaigns automations automation_runs",
        _CAMPAIGN,
        "INSERT INTO automations (programme_id, id, uid, campaign_id, state, trigger, days, percent, delay_minutes,"
        " exits, pause_days, actor_name, version, created_at)"
        " VALUES ({p}, 1, 'a', 1, 'draft', 'joined', 0, 100, 0, '[]', 0, 'Mara', 1, '2026-03-01 12:00:00+00:00')",
        "INSERT INTO automation_runs (programme_id, automation_id, customer_id, occasion, state, began, due_at,"
        " campaign_id, counts_from, counts_until)"
        " VALUES ({p}, 1, {ines}, 'joined', 'done', 1, '2026-03-01 12:00:00+00:00', 1, 1, 2)",
    ),
    plant(
        "bonus_is_what_was_posted",
        "campaigns order_bonuses",
        _CAMPAIGN,
        _BONUS.format("'waiting'", "50, NULL"),
    ),
    plant(
        "earned_bonus_has_its_order",
        "campaigns order_bonuses",
        _CAMPAIGN,
        _BONUS.format("'earned'", "0, {order}"),
    ),
    plant(
        "own_cut_is_paid_by_its_person",
        "campaigns price_cuts",
        _CAMPAIGN,
        "INSERT INTO price_cuts (programme_id, id, uid, reward_id, percent, starts_at, ends_at, created_at,"
        " customer_id, campaign_id) SELECT {p}, 1, 'own', reward_id, 0, issued_at, '2027-03-01 12:00:00+00:00',"
        " issued_at, {ines}, 1 FROM issued_rewards WHERE programme_id = {p} AND customer_id = {rex}",
    ),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What Mara types. The holdout is nobody, so that tests of sending know whom to expect."""

    segments: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    everybody: bool = False
    message: Message = HELLO
    topic: ContactTopic = ContactTopic.OTHER
    channels: Channels = BY_MAIL
    offer: Offer = NOTHING
    held_out: int = 0
    broadcast: int = 0
    general: Message = NOTHING_SAID
    cap: Cap = CAP
    quiet: QuietHours = QUIET


async def segment(name: str, *people: Person) -> Segment:
    """A segment with these people, as a refresh would have put them there."""
    made = await segments.add(1, New(name.lower(), name, SegmentKind.STATIC, {}))
    assert made is not None
    for person in people:
        move = new_id(START)
        who = {"programme_id": 1, "segment_id": made.id, "customer_id": person.id, "since": START}
        entered = {**who, "entered": True, "cause": "by_hand", "settled": True, "at": START, "facts": {}}
        await insert("segment_moves", id=move, **entered)
        await insert("segment_members", move_id=move, settled=True, facts={}, **who)
    return made


async def agree(*people: Person, yes: bool = True) -> None:
    """They ticked the shop's newsletter box, or not."""
    for person in people:
        await run(
            "UPDATE customers SET accepts_email = {} WHERE programme_id = {} AND id = {}",
            yes,
            person.programme_id,
            person.id,
        )


async def drafted(plan: Plan, by: Actor, *, key: str = "k") -> Campaign:
    """Through all steps, up to the review."""
    made = (await drafting.begin(1, f"Win-back {key}", Objective.WIN_BACK, by=by, key=key)).campaign

    async def step(verb: Any, *args: Any, **more: Any) -> None:
        nonlocal made
        made = (await verb(1, made.uid, *args, version=made.version, by=by, **more)).campaign

    await step(editing.aim, everybody=plan.everybody, segments=plan.segments, without=plan.without)
    await step(editing.offer, plan.offer)
    await step(editing.say, plan.message, plan.topic, plan.channels)
    arms = {"broadcast": plan.broadcast, "general": plan.general}
    await step(editing.pace, plan.quiet, plan.cap, plan.held_out, **arms)
    return made


async def scheduled(cast: Cast, plan: Plan, *, at: datetime = NOON, key: str = "k") -> Campaign:
    """Scheduled to be sent at once, which is in a minute."""
    with clock.at(at):
        made = await drafted(plan, cast.mara, key=key)
        moved = await scheduling.schedule(1, made.uid, None, version=made.version, by=cast.mara)
    return moved.campaign


async def work(at: datetime = NOON, *, minutes: int = 2) -> None:
    """The worker does what is due, and looks again until nothing of campaigns is under way."""
    moment = at + timedelta(minutes=minutes)
    for _ in range(3):
        with clock.at(moment):
            await Worker().step()
        moment += timedelta(seconds=61)


async def arrive(at: datetime = NOON) -> None:
    """The same until every mail is where it goes: on a busy machine some are under way when the worker looks."""
    await work(at)
    for _ in range(10):
        if not await rows(
            "SELECT 1 FROM campaign_recipients WHERE programme_id = 1 AND state = 'posted' LIMIT 1"
        ):
            return
        at += timedelta(minutes=5)
        await work(at)


async def sent(cast: Cast, plan: Plan, *, at: datetime = NOON, key: str = "k") -> Campaign:
    """Sent, to the end of its way."""
    made = await scheduled(cast, plan, at=at, key=key)
    await work(at)
    return await stored.find(1, made.uid)


async def gave(cast: Cast, offer: Offer, *people: Person) -> Campaign:
    """A campaign that is over, with what it gave."""
    made = await drafted(Plan(everybody=True, offer=offer), cast.mara, key=offer.kind)
    way: dict[CampaignState, dict[str, datetime]] = {
        CampaignState.SCHEDULED: {"send_at": NOON},
        CampaignState.SENDING: {"started_at": NOON},
        CampaignState.SENT: {"ended_at": NOON},
    }
    async with atomic():
        for state, when in way.items():
            made = await scheduling.set_state(1, made, state, **when)
        for person in people:
            await giving.give(1, made, person.id)
    return made


async def places(campaign: Campaign) -> dict[str, str]:
    """What became of everybody, by first name: the state, or why they were left out."""
    found = await rows(
        "SELECT c.first_name, r.state, r.reason FROM campaign_recipients r"
        " JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id"
        " WHERE r.programme_id = 1 AND r.campaign_id = {}",
        campaign.id,
    )
    return {row["first_name"]: row["reason"] or row["state"] for row in found}

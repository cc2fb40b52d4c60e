"""What a member's front page shows, in one view of the data. PRODUCT A1, B3, F1, I4."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import Row, one, snapshot
from db.enums import CustomerType, Unit
from loyalty import clock
from loyalty.audiences.segments import ids_in, memberships_of
from loyalty.campaigns import promises
from loyalty.campaigns.promises import Promise
from loyalty.customers.balance import balance
from loyalty.customers.cards import Card
from loyalty.customers.progress import progress
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import Balance, TierMark, TierProgress
from loyalty.members.inviting import Inviting, inviting
from loyalty.members.ways import Way, ways
from loyalty.programmes import Programme
from loyalty.rewards.offers import Offer, offers
from loyalty.rules import cards as card_numbers
from loyalty.rules import stamps
from loyalty.rules.days import zone
from loyalty.rules.stamps import Cards
from loyalty.tiers.schemes import Scheme, scheme

SHELF = 4
"""Rewards on the front page."""

_ME = """SELECT c.id, c.card_number, c.referral_code, c.joined_at, c.order_count, s.tier_id, s.since,
      s.qualified_until, s.grace_until, s.floor_until, {member_of}
    FROM customers c LEFT JOIN customer_tiers s ON s.programme_id = {0} AND s.customer_id = c.id
    WHERE c.programme_id = {0} AND c.id = {1}"""


@dataclass(frozen=True, slots=True)
class Step:
    """One tier on the way up. `threshold` is points, orders or minor units, as the progress' metric says."""

    name: str
    threshold: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a member stands: the tiers behind, how far the next one is, and what it brings.

    `filled` of `length` is the way from the present tier's threshold to the next one's.
    """

    progress: TierProgress
    passed: tuple[Step, ...]
    here: Step | None
    since: datetime | None
    ahead: Step | None
    filled: int
    length: int
    perks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """`within` are rewards that can be had now, `next` the cheapest that only lacks points, `shelf` what is shown.

    `promises` are what campaigns and others gave them to use.
    """

    card: Card
    tier: TierMark | None
    balance: Balance
    ladder: Ladder | None
    within: int
    next: Offer | None
    shelf: tuple[Offer, ...]
    stamps: Cards | None
    ways: tuple[Way, ...]
    inviting: Inviting | None
    promises: tuple[Promise, ...]


async def home(programme: Programme, customer_id: int) -> Home:
    """The front page of a member."""
    now, here = clock.now(), zone(programme.time_zone)
    async with snapshot():
        me = await one(_ME.replace("{member_of}", memberships_of("c")), programme.id, customer_id)
        assert me is not None, "they are signed in"
        has = await balance(programme, customer_id, CustomerType.MEMBER, now, here)
        marks, levels = await tier_marks(programme.id), await scheme(programme.id)
        way = await progress(programme.id, me, levels, marks, now, here)
        offered = await offers(programme.id, customer_id)
        mine, ordered = ids_in(me["member_of"]), me["order_count"] > 0
        earning = await ways(
            programme.id, programme.time_zone, now, ordered=ordered, tier_id=me["tier_id"], segments=mine
        )
        invites = await inviting(programme.id, me["referral_code"])
        promised = await promises.usable(programme.id, customer_id)
    can = [offer for offer in offered if offer.refusal is None]
    lacking = [offer for offer in offered if offer.refusal is not None and offer.refusal.missing]
    return Home(
        card=Card(me["card_number"], card_numbers.printed(me["card_number"])),
        tier=marks.get(me["tier_id"]),
        balance=has,
        ladder=_ladder(levels, me, way) if way else None,
        within=len(can),
        next=lacking[0] if lacking else None,
        shelf=_shelf(can, lacking),
        stamps=_stamps(programme, has.available),
        ways=earning,
        inviting=invites,
        promises=promised,
    )


def _shelf(can: list[Offer], lacking: list[Offer]) -> tuple[Offer, ...]:
    """The dearest that can be had, cheapest of these first, and always one to save for."""
    room = SHELF - 1 if lacking else SHELF
    chosen = can[-room:]
    return (*chosen, *lacking[: SHELF - len(chosen)])


def _ladder(levels: Scheme, me: Row, way: TierProgress) -> Ladder:
    steps = {tier.level.id: Step(tier.level.name, tier.level.threshold) for tier in levels.tiers}
    order = [tier.level.id for tier in levels.tiers]
    at = order.index(me["tier_id"]) if me["tier_id"] in steps else -1
    reached = steps[order[at]] if at >= 0 else None
    ahead = levels.tiers[at + 1] if at + 1 < len(order) and way.next is not None else None
    begin = reached.threshold if reached else 0
    length = max(way.need - begin, 1)
    return Ladder(
        progress=way,
        passed=tuple(steps[each] for each in order[: max(at, 0)]),
        here=reached,
        since=me["since"],
        ahead=steps[ahead.level.id] if ahead else None,
        filled=min(max(way.have - begin, 0), length),
        length=length,
        perks=(ahead or levels.record(order[at])).perks if at >= 0 or ahead else (),
    )


def _stamps(programme: Programme, available: int) -> Cards | None:
    if programme.unit is not Unit.STAMPS or not programme.stamp_card_size:
        return None
    return stamps.cards(available, programme.stamp_card_size)

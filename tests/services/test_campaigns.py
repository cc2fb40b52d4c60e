"""Campaigns from a draft to the mailbox: who gets one, once, and why others don't. PRODUCT M."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from db.engine import rows, run
from db.enums import ContactChannel, ContactTopic, LeftOut, Objective
from loyalty import clock
from loyalty.campaigns import audience, drafting, editing, scheduling, stored
from loyalty.campaigns.stored import Message
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.mail import transport
from loyalty.preferences import consent
from loyalty.rules.consent import TOPICS
from tests import factories
from tests.campaigning import HELLO, NOON, Plan, agree, drafted, segment
from tests.cast import Cast
from tests.mailbox import mailbox
from tests.rows import insert

__all__ = ["mailbox"]

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def test_a_draft_is_begun_changed_guarded_and_duplicated(cast: Cast) -> None:
    loyals = await segment("Loyals", cast.ines)
    made = await drafting.begin(1, " Win  back ", Objective.WIN_BACK, by=cast.mara, key="k")
    again = await drafting.begin(1, "Win back", Objective.WIN_BACK, by=cast.mara, key="k")
    assert (again.action, again.campaign.uid) == (None, made.campaign.uid)
    assert (made.campaign.name, made.campaign.held_out) == ("Win back", 2_000)
    uid, version = made.campaign.uid, made.campaign.version
    await editing.aim(
        1, uid, everybody=False, segments=[loyals.uid], without=[], version=version, by=cast.mara
    )
    with pytest.raises(Stale):
        await editing.say(1, uid, HELLO, ContactTopic.OTHER, version=version, by=cast.theo)
    with pytest.raises(Invalid, match="in and out"):
        await editing.aim(
            1, uid, everybody=False, segments=[loyals.uid], without=[loyals.uid], version=2, by=cast.mara
        )
    other = (await drafting.duplicate(1, uid, by=cast.mara, key="d")).campaign
    assert [each.name for each in await stored.wanted(1, other.id)] == ["Loyals"]
    assert other.seed != (await stored.find(1, uid)).seed
    with pytest.raises(NotFound):
        await stored.find(2, uid)


async def test_what_is_missing_is_said_before_anything_is_scheduled(cast: Cast) -> None:
    loyals = await segment("Loyals", cast.ines)
    whole = Plan(segments=(loyals.uid,))

    async def refusal(plan: Plan, key: str) -> str:
        made = await drafted(plan, cast.mara, key=key)
        with pytest.raises(Invalid) as refused:
            await scheduling.schedule(1, made.uid, None, version=made.version, by=cast.mara)
        return str(refused.value)

    assert "subject and a text" in await refusal(replace(whole, message=Message()), "a")
    assert "first_name | …" in await refusal(
        replace(whole, message=Message("{{ first_name }}", "", "x")), "b"
    )
    assert "There is no field" in await refusal(replace(whole, message=Message("{{ tear }}", "", "x")), "c")
    assert "Nobody would get this" in await refusal(whole, "d")
    await agree(cast.ines)
    made = await drafted(whole, cast.mara, key="e")
    with pytest.raises(Invalid, match="from now on"):
        await scheduling.schedule(1, made.uid, NOON - DAY, version=made.version, by=cast.mara)
    await run("UPDATE segments SET archived_at = {} WHERE programme_id = 1", NOON)
    with pytest.raises(Invalid, match="Loyals is archived"):
        await scheduling.schedule(1, made.uid, None, version=made.version, by=cast.mara)
    await run("UPDATE segments SET archived_at = NULL WHERE programme_id = 1")


async def test_the_statement_judges_consent_as_the_rule_does(cast: Cast) -> None:
    people = []
    for chosen, accepts, paused, topics in product(
        (None, True, False), (True, False), (None, 1, -1), ((None, None), (True, False), (False, True))
    ):
        person = await factories.customer(1, f"P{len(people)}")
        people.append(person)
        await agree(person, yes=accepts)
        digest, sales = topics
        await insert(
            "contact_choices",
            programme_id=1,
            customer_id=person.id,
            email=chosen,
            weekly_digest=digest,
            new_rewards=digest,
            big_sales=sales,
            paused_until=NOON + DAY * paused if paused else None,
            changed_at=NOON,
        )
    people += [cast.ines, cast.olu, cast.pia, await factories.customer(1, "Nobody", email=None)]
    await segment("All", *people)
    for topic in (*TOPICS, ContactTopic.OTHER):
        plan = Plan(segments=((await rows("SELECT uid FROM segments WHERE programme_id = 1"))[0]["uid"],))
        made = await drafted(replace(plan, topic=topic), cast.mara, key=topic)
        ids = {row["customer_id"]: row["why"] for row in await _judged(made)}
        by_rule = await consent.judged(1, list(ids), ContactChannel.EMAIL, topic)
        assert ids == {each: refusal.name.lower() if refusal else "" for each, refusal in by_rule.items()}


async def _judged(campaign: stored.Campaign) -> list[dict[str, object]]:
    sql = audience.judged(1, campaign, clock.now())
    return await rows(f"SELECT j.customer_id, j.why FROM ({sql.sql}) j", *sql.args)


async def test_an_audience_is_counted_with_every_number_and_its_people(cast: Cast) -> None:
    await agree(cast.ines, cast.rex)
    first, second = await segment("First", cast.ines, cast.rex, cast.olu), await segment("Second", cast.ines)
    out = await segment("Out", cast.rex)
    await factories.order(cast.ines, cast.web.id, 1_000, at=NOON - DAY)
    made = await drafted(Plan(segments=(first.uid, second.uid), without=(out.uid,)), cast.mara)
    counted = await audience.count(1, made)
    assert (counted.found, counted.reached, counted.twice) == (3, 1, 1)
    assert counted.left_out == {LeftOut.EXCLUDED: 1, LeftOut.NOT_ASKED: 1}
    who = await audience.people(1, made, LeftOut.NOT_ASKED)
    assert [person.name for person in who.items] == ["Olu Bakare"]
    assert [person.name for person in (await audience.people(1, made, None)).items] == ["Ines Okafor"]

"""Three arms: the campaign, the general message, and nothing, drawn by a lot anybody can draw again. PRODUCT M3."""

from dataclasses import replace
from hashlib import sha256

import pytest

from db.engine import rows, value
from db.enums import OfferKind
from loyalty import clock
from loyalty.campaigns import checking, clicks, drafting, editing, listing, scheduling, stored
from loyalty.campaigns.stored import Message
from loyalty.errors import Invalid
from loyalty.ledger.verifying import verify
from loyalty.programmes import get
from loyalty.rules.campaigns.offers import Offer
from tests import factories
from tests.campaigning import NOON, Plan, agree, arrive, drafted, segment
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

GENERAL = Message(
    "News from the bakery", body="Hi {{ first_name | there }}.\n\n[Look](https://shop.example/news)"
)


async def test_the_general_message_goes_to_its_arm_without_an_offer(cast: Cast, mailbox: Mailbox) -> None:
    crowd = [await factories.customer(1, f"M{number}") for number in range(40)]
    await agree(*crowd)
    plan = Plan(
        segments=((await segment("Crowd", *crowd)).uid,),
        held_out=3_000,
        broadcast=3_000,
        general=GENERAL,
        offer=Offer(kind=OfferKind.POINTS, points=70),
    )
    with clock.at(NOON):
        draft = await drafted(plan, cast.mara)
        await scheduling.schedule(1, draft.uid, None, version=draft.version, by=cast.mara)
    await arrive()
    arms = {row["customer_id"]: row["arm"] for row in await rows("SELECT * FROM campaign_recipients")}
    for person in crowd:
        drawn = int.from_bytes(sha256(f"{draft.seed}:{person.id}".encode()).digest()[:8]) % 10_000
        arm = "control" if drawn < 3_000 else "broadcast" if drawn >= 7_000 else "treatment"
        assert arms[person.id] == arm
    assert set(arms.values()) == {"control", "broadcast", "treatment"}
    told = {mail["To"]: mail["Subject"] for mail in mailbox.mails}
    for person in crowd:
        given = await value("SELECT count(*) FROM ledger_entries WHERE customer_id = {}", person.id)
        subject = told.get(f"{person.name.lower()}@example.org")
        expected = {
            "treatment": (1, f"{person.name}, we miss you"),
            "broadcast": (0, GENERAL.subject),
            "control": (0, None),
        }[arms[person.id]]
        assert (given, subject) == expected
    reader = next(person for person in crowd if arms[person.id] == "broadcast")
    link = clicks.path(await get(1), await stored.find(1, draft.uid), reader.uid, 2).removeprefix("/c/")
    for _ in range(2):
        assert (await clicks.follow(link)).target == "https://shop.example/news"
    shown = await listing.progress(1, draft.uid)
    assert [(each.arm, each.clicks, each.people) for each in shown.links] == [
        ("treatment", 0, 0),
        ("broadcast", 2, 1),
    ]
    assert sum(shown.tally.values()) == len(crowd)
    assert await verify() == []


async def test_a_general_message_must_be_whole_and_leave_somebody_to_treat(cast: Cast) -> None:
    await agree(cast.ines)
    plan = Plan(segments=((await segment("Loyals", cast.ines)).uid,), broadcast=3_000)
    with clock.at(NOON):
        draft = await drafted(plan, cast.mara)
        lacking = {
            Message(): "Write a subject and a text for the general message.",
            replace(GENERAL, body="{{ nonsense }}"): "There is no field {{ nonsense }}.",
            replace(GENERAL, body="{{ tier }}"): "Somebody may have nothing for {{ tier }}.",
        }
        for general, sentence in lacking.items():
            found = await checking.problems(1, replace(draft, general=general))
            assert [each.step for each in found] == ["schedule"]
            assert found[0].sentence.startswith(sentence)
        with pytest.raises(Invalid, match="general message"):
            await scheduling.schedule(1, draft.uid, None, version=draft.version, by=cast.mara)
        with pytest.raises(Invalid, match="At least 5%"):
            await editing.pace(
                1,
                draft.uid,
                plan.quiet,
                plan.cap,
                6_000,
                broadcast=4_000,
                version=draft.version,
                by=cast.mara,
            )
        copy = (await drafting.duplicate(1, draft.uid, by=cast.mara, key="c")).campaign
    assert (copy.shares, copy.general) == (draft.shares, draft.general)

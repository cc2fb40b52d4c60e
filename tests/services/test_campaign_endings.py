"""What a campaign gave is ended for everybody who hasn't used it yet, and given back by Undo. PRODUCT M1, E4."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import value
from db.enums import BatchKind, OfferKind
from loyalty import clock
from loyalty.batches import choosing, reading, starting
from loyalty.batches.choosing import Selection
from loyalty.campaigns import promises, scheduling
from loyalty.campaigns.stored import Campaign
from loyalty.errors import AlreadyDone, NotFound
from loyalty.jobs.worker import Worker
from loyalty.mail import transport
from loyalty.rewards import codes
from loyalty.rules.campaigns.offers import Offer
from loyalty.undo import undo
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, gave, segment, sent
from tests.cast import Cast, assert_books_balance
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
async def at_noon(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def crowd() -> tuple[list[Person], str]:
    people = [await factories.customer(1, name) for name in ("Anna", "Ben", "Cleo")]
    await agree(*people)
    return people, (await segment("Crowd", *people)).uid


async def end(cast: Cast, made: Campaign, *, key: str = "k") -> reading.Batch:
    """Mara ends what a campaign gave; the worker does it."""
    about = {"campaign": made.uid}
    kind = BatchKind.END_OFFERS
    begun = await starting.start(1, Selection(campaign=made.uid), kind, about, by=cast.mara, key=key)
    await Worker().step()
    return (await reading.report(1, begun.uid)).batch


async def copies(of: Person) -> str:
    return str(
        await value("SELECT status FROM issued_rewards WHERE programme_id = 1 AND customer_id = {}", of.id)
    )


async def test_whoever_has_not_used_it_has_it_no_more_until_that_is_undone(cast: Cast) -> None:
    (anna, ben, cleo), _ = await crowd()
    mug = await factories.reward(1, "A mug")
    offers = (
        Offer(kind=OfferKind.PRICE_CUT, reward=mug.uid, percent=30, days=7),
        Offer(kind=OfferKind.MULTIPLIER, percent=200, uses=2, days=7),
        Offer(kind=OfferKind.NTH_ORDER, nth=2, points=50, days=7),
        Offer(kind=OfferKind.REWARD, reward=mug.uid),
    )
    made = [await gave(cast, offer, anna, ben, cleo) for offer in offers]
    with clock.at(LATER):
        assert [await choosing.count(1, Selection(campaign=each.uid)) for each in made] == [3, 3, 3, 3]
        # Anna has bought once and used her mug; what she has begun or used stays hers.
        await factories.order(anna, cast.web.id, 900, at=LATER, earns=True)
        code = await value(
            "SELECT code FROM issued_rewards WHERE programme_id = 1 AND customer_id = {}", anna.id
        )
        await codes.use(1, code, till="Till", by=cast.theo)
    with clock.at(LATER + timedelta(minutes=5)):
        had = [await promises.usable(1, person.id) for person in (anna, ben, cleo)]
        done = [await end(cast, each, key=each.uid) for each in made]
        assert [(batch.total, batch.done, batch.refused) for batch in done] == [
            (3, 3, 0),
            (3, 3, 0),
            (2, 2, 0),
            (2, 2, 0),
        ]
        assert [each.kind for each in await promises.usable(1, anna.id)] == [OfferKind.NTH_ORDER]
        assert await promises.usable(1, ben.id) == await promises.usable(1, cleo.id) == ()
        assert (await copies(anna), await copies(ben)) == ("used", "void")
        again = [await choosing.count(1, Selection(campaign=each.uid)) for each in made]
        assert again == [0, 0, 0, 0]
        await assert_books_balance()
        for batch in done:
            assert batch.undo is not None
            await undo(1, batch.undo, by=cast.mara)
        await Worker().step()
        assert [await promises.usable(1, person.id) for person in (anna, ben, cleo)] == had
        assert (await copies(anna), await copies(ben)) == ("used", "outstanding")
        await assert_books_balance()


async def test_it_waits_for_whoever_still_gives_and_for_messages_that_will_say_what_it_gave(
    cast: Cast, mailbox: Mailbox
) -> None:
    people, uid = await crowd()
    plan = Plan(segments=(uid,), offer=Offer(kind=OfferKind.MULTIPLIER, percent=200, days=7))
    draft = await drafted(plan, cast.mara, key="draft")
    mailbox.rcpt = "450 Later"
    made = await sent(cast, plan)
    chosen = Selection(campaign=made.uid)
    with clock.at(NOON + timedelta(minutes=10)):
        with pytest.raises(AlreadyDone, match="hasn’t begun"):
            await end(cast, draft)
        with pytest.raises(NotFound):
            await choosing.count(2, chosen)
        with pytest.raises(AlreadyDone, match="is still giving. Pause it first"):
            await end(cast, made)
        await scheduling.pause(1, made.uid, by=cast.mara)
        assert await choosing.count(1, chosen) == 0
        await scheduling.cancel(1, made.uid, by=cast.mara)
        assert await choosing.count(1, chosen) == len(people)

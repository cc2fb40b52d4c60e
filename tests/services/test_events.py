"""Stored deliveries: kept once, applied once, laid aside with a reason. PRODUCT N2."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from db.engine import Contention, Refused, atomic, rows, run
from db.enums import EarningTrigger, EventState
from loyalty import clock
from loyalty.errors import Busy, Invalid, NotFound
from loyalty.events import acting, applying, retrying, storing
from loyalty.events.storing import Stored
from loyalty.integrations.facts import CustomerRedacted, Fact, OrderSeen, RefundSeen
from loyalty.jobs.worker import Worker
from tests import factories
from tests.cast import Cast, assemble, assert_books_balance
from tests.factories import START

ORDER = {
    "id": 1001,
    "name": "#1001",
    "currency": "EUR",
    "total_price": "25.50",
    "created_at": "2026-03-02T09:30:00+01:00",
    "updated_at": "2026-03-02T09:30:00+01:00",
    "financial_status": "paid",
    "email": "ines@example.org",
    "customer": {"id": 7, "email": "ines@example.org", "state": "enabled"},
    "line_items": [{"id": 1, "title": "Tulips", "quantity": 1, "price": "25.50", "product_id": 4}],
}
REFUND = {
    "id": 5,
    "order_id": 1001,
    "created_at": "2026-03-03T09:30:00+01:00",
    "transactions": [{"id": 1, "kind": "refund", "status": "success", "amount": "10.50", "currency": "EUR"}],
}


@pytest.fixture
async def cast(db: object) -> Cast:
    return await assemble()


@pytest.fixture(autouse=True)
def at_start() -> Iterator[None]:
    with clock.at(START), capture_logs():  # drawing tracebacks for nobody takes seconds
        yield


class Acts:
    """Takes the place of the verbs, and writes something that a failure must undo."""

    def __init__(self) -> None:
        self.seen: list[Fact] = []
        self.fails_with: Exception | None = None

    async def act(self, programme_id: int, store_id: int, fact: Fact) -> None:
        await run(
            "UPDATE stores SET name = 'Touched' WHERE programme_id = {} AND id = {}", programme_id, store_id
        )
        if self.fails_with:
            raise self.fails_with
        self.seen.append(fact)


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> Acts:
    fake = Acts()
    monkeypatch.setattr(acting, "act", fake.act)
    return fake


async def deliver(
    cast: Cast, body: Any = ORDER, *, topic: str = "orders/paid", delivery: str = "one"
) -> Stored:
    text = body if isinstance(body, str) else json.dumps(body)
    return await storing.store(cast.programme_id, cast.web.id, topic, delivery, text)


async def events() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM inbound_events WHERE programme_id > 0 ORDER BY id")


async def the_event() -> dict[str, Any]:
    (event,) = await events()
    return event


async def jobs() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM jobs WHERE programme_id > 0 ORDER BY id")


async def test_a_delivery_is_kept_with_the_job_that_applies_it(cast: Cast) -> None:
    assert await deliver(cast) is Stored.NEW
    event = await the_event()
    assert (event["state"], event["topic"], json.loads(event["body"])) == ("new", "orders/paid", ORDER)
    assert [job["name"] for job in await jobs()] == ["apply_event"]


async def test_the_same_delivery_twice_is_kept_once(cast: Cast) -> None:
    assert [await deliver(cast), await deliver(cast)] == [Stored.NEW, Stored.DUPLICATE]
    assert len(await events()) == len(await jobs()) == 1


async def test_of_the_same_delivery_many_times_at_once_one_is_new(cast: Cast) -> None:
    told = await asyncio.gather(*(deliver(cast) for _ in range(20)))
    assert told.count(Stored.NEW) == 1
    assert len(await events()) == len(await jobs()) == 1


async def test_many_deliveries_at_once_are_all_kept(cast: Cast) -> None:
    told = await asyncio.gather(*(deliver(cast, delivery=str(n % 250)) for n in range(500)))
    assert (told.count(Stored.NEW), told.count(Stored.DUPLICATE)) == (250, 250)
    assert len(await events()) == len(await jobs()) == 250


async def test_one_delivery_that_can_not_be_kept_takes_no_other_with_it(cast: Cast) -> None:
    gone = storing.store(cast.programme_id, 12345, "orders/paid", "no store", "{}")
    told = await asyncio.gather(deliver(cast), gone, deliver(cast, delivery="two"), return_exceptions=True)
    assert told[0] is Stored.NEW
    assert isinstance(told[1], Refused)
    assert told[2] is Stored.NEW


async def test_a_database_that_is_busy_asks_the_platform_to_send_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def contended(arrivals: object) -> list[Stored]:
        raise Contention("locked")

    monkeypatch.setattr("loyalty.events.gathering.keep", contended)
    with pytest.raises(Busy, match="Send it again"):
        await deliver(cast)


async def test_a_sender_that_hangs_up_disturbs_nobody(cast: Cast) -> None:
    impatient = asyncio.create_task(deliver(cast))
    patient = asyncio.create_task(deliver(cast, delivery="two"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is Stored.NEW


async def test_a_delivery_inside_a_transaction_goes_with_it(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        async with atomic():
            assert await deliver(cast) is Stored.NEW
            raise ZeroDivisionError
    assert await events() == []


@pytest.mark.parametrize(("topic", "delivery"), [("", "1"), ("t" * 81, "1"), ("t", ""), ("t", "d" * 201)])
async def test_a_delivery_without_a_proper_envelope_is_refused(cast: Cast, topic: str, delivery: str) -> None:
    with pytest.raises(Invalid):
        await deliver(cast, topic=topic, delivery=delivery)


async def test_the_worker_applies_what_was_kept(cast: Cast, acts: Acts) -> None:
    await deliver(cast)
    await deliver(cast, REFUND, topic="refunds/create", delivery="two")
    await Worker(at_once=1).step()
    assert [type(fact) for fact in acts.seen] == [OrderSeen, RefundSeen]
    assert {event["state"] for event in await events()} == {"done"}
    assert all(event["attempts"] == 1 for event in await events())


async def test_applying_twice_acts_once(cast: Cast, acts: Acts) -> None:
    await deliver(cast)
    event = await the_event()
    told = await asyncio.gather(*(applying.apply_event(1, event["id"]) for _ in range(4)))
    assert set(told) == {EventState.DONE}
    assert len(acts.seen) == 1


async def test_an_event_that_does_not_exist_is_nothing_to_do(cast: Cast) -> None:
    assert await applying.apply_event(cast.programme_id, 12345) is None


async def test_a_topic_we_do_not_use_is_ignored_and_says_so(cast: Cast, acts: Acts) -> None:
    await deliver(cast, {"id": 1}, topic="carts/update")
    await Worker().step()
    event = await the_event()
    assert (event["state"], event["note"]) == ("ignored", "Regulars doesn't use the topic carts/update.")


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ("not json", "The body isn't JSON."),
        ("[]", "The body isn't a JSON object."),
        ({"id": 1001, "currency": "EUR"}, "created_at is missing."),
    ],
)
async def test_what_can_never_be_applied_is_dead_at_once_with_the_reason(
    cast: Cast, acts: Acts, body: Any, note: str
) -> None:
    await deliver(cast, body)
    await Worker().step()
    event = await the_event()
    assert (event["state"], event["note"], event["attempts"]) == ("dead", note, 1)
    assert [job["state"] for job in await jobs()] == ["done"]


async def test_a_failure_undoes_everything_and_is_tried_again(cast: Cast, acts: Acts) -> None:
    acts.fails_with = Busy("The till is closed.")
    await deliver(cast)
    await Worker().step()
    event = await the_event()
    assert (event["state"], event["note"], event["attempts"]) == ("new", "The till is closed.", 1)
    assert await rows("SELECT id FROM stores WHERE programme_id = 1 AND name = 'Touched'") == []
    acts.fails_with = None
    with clock.at(START + timedelta(minutes=1)):
        await Worker().step()
    event = await the_event()
    assert (event["state"], event["note"], event["attempts"]) == ("done", "", 2)


async def test_contention_is_not_the_events_fault(cast: Cast, acts: Acts) -> None:
    acts.fails_with = Contention("locked")
    await deliver(cast)
    await Worker().step()
    event = await the_event()
    assert (event["state"], event["attempts"]) == ("new", 0)


async def test_after_its_last_attempt_an_event_is_laid_aside_for_a_person(cast: Cast, acts: Acts) -> None:
    acts.fails_with = RuntimeError("boom")
    await deliver(cast)
    for hour in range(9):
        with clock.at(START + timedelta(hours=2 * hour)):
            await Worker().step()
    event = await the_event()
    assert (event["state"], event["note"]) == ("dead", "RuntimeError: boom")
    (dead,) = await retrying.listing(cast.programme_id)
    assert (dead.store, dead.topic, dead.delivery_id, dead.note) == (
        "Web",
        "orders/paid",
        "one",
        "RuntimeError: boom",
    )


async def test_a_dead_event_can_be_tried_again_by_hand(cast: Cast, acts: Acts) -> None:
    await deliver(cast)
    event = await the_event()
    await run("UPDATE jobs SET state = 'dead' WHERE programme_id = 1")
    await applying.give_up(cast.programme_id, event["id"], "It was a bad day.")
    await retrying.retry(cast.programme_id, event["id"], by=cast.mara)
    with pytest.raises(NotFound):
        await retrying.retry(cast.programme_id, event["id"], by=cast.mara)
    with pytest.raises(NotFound):
        await retrying.retry(cast.other_programme_id, event["id"], by=cast.nils)
    await Worker().step()
    assert (await the_event())["state"] == "done"
    assert len(acts.seen) == 1


async def test_applied_events_are_forgotten_after_thirty_days_and_dead_ones_kept(
    cast: Cast, acts: Acts
) -> None:
    await deliver(cast)
    await deliver(cast, "not json", delivery="two")
    await Worker().step()
    with clock.at(START + timedelta(days=29)):
        assert await storing.forget_old(cast.programme_id) == 0
    with clock.at(START + timedelta(days=31)):
        assert await storing.forget_old(cast.programme_id) == 1
    assert [event["state"] for event in await events()] == ["dead"]


@pytest.mark.parametrize("reverse", [False, True])
async def test_an_order_and_its_refund_earn_and_claw_back_in_any_order(cast: Cast, reverse: bool) -> None:
    await factories.earning_rule(cast.programme_id, EarningTrigger.ORDER, 1, per_minor=100)
    told = [(ORDER, "orders/paid"), (ORDER, "orders/updated"), (REFUND, "refunds/create")]
    for number, (body, topic) in enumerate(reversed(told) if reverse else told):
        await deliver(cast, body, topic=topic, delivery=str(number))
    with clock.at(START + timedelta(days=2)):
        await Worker(at_once=1).step()
    assert [(event["state"], event["note"]) for event in await events()] == [("done", "")] * 3
    assert await factories.balance(cast.ines) == 15
    await assert_books_balance()


async def test_a_person_who_asks_the_platform_to_be_forgotten_is_erased(cast: Cast) -> None:
    await acting.act(cast.programme_id, cast.web.id, CustomerRedacted(None, "ines@example.org", None))
    await acting.act(cast.programme_id, cast.web.id, CustomerRedacted(None, "nobody@example.org", None))
    (ines,) = await rows("SELECT * FROM customers WHERE programme_id = 1 AND id = {}", cast.ines.id)
    assert (ines["email"], ines["first_name"]) == (None, "")
    assert ines["erased_at"] is not None

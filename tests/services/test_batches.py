"""One change of many people: whoever was meant, each once, whatever happens on the way. PRODUCT B1."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from db.engine import rows, run, value
from db.enums import BatchKind, BatchPersonState, BatchState, CustomerType
from loyalty import audit, clock, undo
from loyalty.batches import acting, cancelling, reading, running, starting
from loyalty.batches.choosing import Selection, count
from loyalty.customers.filters import CustomerFilter
from loyalty.errors import AlreadyDone, Invalid, NotFound, Stale
from loyalty.jobs.worker import Worker
from tests import factories
from tests.cast import Cast, assert_books_balance
from tests.services import many

EVERYBODY = Selection(CustomerFilter())


class Boom(Exception):
    """The worker is killed."""


VIP = {"tag": "vip"}


async def begin(cast: Cast, chosen: Selection, kind: BatchKind = BatchKind.TAG, **more: Any) -> str:
    given = {"args": VIP, "by": cast.mara, "key": "k", **more}
    return (await starting.start(1, chosen, kind, given.pop("args"), **given)).uid


async def batch_of(uid: str) -> reading.Batch:
    return (await reading.report(1, uid)).batch


async def tagged() -> set[str]:
    found = await rows(
        "SELECT c.first_name FROM customer_tags t JOIN customers c"
        " ON c.programme_id = t.programme_id AND c.id = t.customer_id WHERE t.programme_id = 1 AND t.tag = 'vip'"
    )
    return {row["first_name"] for row in found}


async def test_everybody_a_filter_lets_through_is_meant_and_nobody_else(cast: Cast) -> None:
    members = Selection(CustomerFilter(type=CustomerType.MEMBER))
    assert (await count(1, members), await count(1, EVERYBODY)) == (2, 4)
    assert await count(1, Selection(CustomerFilter(q="ines"))) == 1
    assert await count(1, Selection(uids=(cast.ines.uid, cast.ada.uid, "nobody"))) == 1
    await begin(cast, members)
    await Worker().step()
    assert await tagged() == {"Ines", "Rex"}


async def test_who_was_meant_is_written_down_at_the_start(cast: Cast) -> None:
    await begin(cast, Selection(CustomerFilter(type=CustomerType.MEMBER)))
    await factories.customer(1, "Late Comer")
    await Worker().step()
    assert await tagged() == {"Ines", "Rex"}


async def test_refusals_are_told_person_by_person_and_the_rest_is_done(cast: Cast) -> None:
    await factories.give(cast.ines, 30)
    how = {"points": -24, "reason": "Recount", "comment": "Recount"}
    uid = await begin(cast, EVERYBODY, BatchKind.ADJUST, args=how)
    await Worker().step()
    batch = await batch_of(uid)
    assert (batch.state, batch.done, batch.refused) == (BatchState.DONE, 1, 3)
    refused = await reading.report(1, uid, BatchPersonState.REFUSED)
    notes = {person.name: person.note for person in refused.people.items}
    assert notes["Pia Lind"] == "Pia Lind has left the programme."
    assert "24 more would be needed" in notes["Rex Moreau"]
    assert await factories.balance(cast.ines) == 6
    await assert_books_balance()


async def test_limits_hold_for_each_person_and_for_the_day(cast: Cast) -> None:
    await run(
        "UPDATE staff SET adjust_limit = 100, adjust_limit_per_day = 150 WHERE programme_id = 1 AND name = 'Theo'"
    )
    how = {"points": 100, "reason": "Sorry", "comment": "Sorry"}
    chosen = Selection(uids=(cast.ines.uid, cast.rex.uid))
    uid = await begin(cast, chosen, BatchKind.ADJUST, args=how, by=cast.theo)
    await Worker().step()
    assert (await batch_of(uid)).done == 1
    assert {await factories.balance(cast.ines), await factories.balance(cast.rex)} == {0, 100}


async def test_a_batch_is_one_action_and_undone_by_one(cast: Cast) -> None:
    await run("INSERT INTO customer_tags VALUES (1, {}, 'vip')", cast.rex.id)
    uid = await begin(cast, EVERYBODY)
    await Worker().step()
    batch = await batch_of(uid)
    assert (batch.done, batch.refused) == (3, 1)
    assert await value("SELECT count(*) FROM actions WHERE programme_id = 1 AND subject_kind = 'batch'") == 1
    assert batch.undo is not None
    done = await undo.undo(1, batch.undo, by=cast.mara)
    assert done.sentence == "3 people are being changed back"
    await Worker().step()
    after = await batch_of(uid)
    assert (after.state, after.undone, after.kept, after.undo) == (BatchState.UNDONE, 3, 0, None)
    assert await tagged() == {"Rex"}
    with pytest.raises(AlreadyDone):
        await undo.undo(1, batch.undo, by=cast.mara)


async def test_undoing_tells_whom_it_could_not_change_back(cast: Cast) -> None:
    how = {"points": 50, "reason": "Gift", "comment": "Gift"}
    uid = await begin(cast, Selection(uids=(cast.ines.uid, cast.rex.uid)), BatchKind.ADJUST, args=how)
    await Worker().step()
    await factories.give(cast.rex, -20, at=clock.now())
    batch = await batch_of(uid)
    assert batch.undo is not None
    await undo.undo(1, batch.undo, by=cast.mara)
    await Worker().step()
    kept = await reading.report(1, uid, BatchPersonState.KEPT)
    assert [person.name for person in kept.people.items] == ["Rex Moreau"]
    assert (await factories.balance(cast.ines), await factories.balance(cast.rex)) == (0, 30)
    await assert_books_balance()


async def test_excluding_many_and_taking_it_back(cast: Cast) -> None:
    how = {"reason": "Staff", "void_rewards": False}
    uid = await begin(cast, EVERYBODY, BatchKind.EXCLUDE, args=how)
    await Worker().step()
    batch = await batch_of(uid)
    assert (batch.done, batch.refused) == (3, 1)
    assert batch.undo is not None
    await undo.undo(1, batch.undo, by=cast.mara)
    await Worker().step()
    after = await batch_of(uid)
    assert (after.undone, after.kept) == (2, 1)  # a guest who left can't be a guest again
    await assert_books_balance()


async def test_a_worker_killed_in_the_middle_changes_nobody_twice_and_forgets_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many.customers(1, 12)
    how = {"points": 7, "reason": "Gift", "comment": "Gift"}
    uid = await begin(cast, Selection(CustomerFilter(q="doe")), BatchKind.ADJUST, args=how)
    batch_id = await value("SELECT id FROM batches WHERE programme_id = 1")
    real, turns = acting.act_each, iter(range(100))

    async def dies(*args: Any, **kwargs: Any) -> list[acting.Outcome]:
        done = await real(*args, **kwargs)
        if next(turns) % 2 == 1:
            raise Boom  # after the points, before the marks
        return done

    monkeypatch.setattr(acting, "act_each", dies)
    monkeypatch.setattr(running, "TOGETHER", 4)
    for _ in range(6):
        with suppress(Boom):
            await running.forwards(1, batch_id)
    assert (await batch_of(uid)).done == 12
    given = await rows("SELECT points FROM ledger_entries WHERE programme_id = 1 AND kind = 'adjust'")
    assert [row["points"] for row in given] == [7] * 12
    await assert_books_balance()


async def test_two_workers_at_once_change_everybody_once(cast: Cast) -> None:
    await many.customers(1, 8)
    how = {"points": 5, "reason": "Gift", "comment": "Gift"}
    uid = await begin(cast, Selection(CustomerFilter(q="doe")), BatchKind.ADJUST, args=how)
    batch_id = await value("SELECT id FROM batches WHERE programme_id = 1")
    await asyncio.gather(*(running.forwards(1, batch_id) for _ in range(2)))
    batch = await batch_of(uid)
    assert (batch.done, batch.refused, batch.state) == (8, 0, BatchState.DONE)
    assert await value("SELECT count(*) FROM ledger_entries WHERE programme_id = 1 AND kind = 'adjust'") == 8


async def test_cancelling_stops_where_it_is_and_what_was_done_can_be_undone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = await begin(cast, EVERYBODY)
    batch_id = await value("SELECT id FROM batches WHERE programme_id = 1")
    real, turns = acting.act, iter(range(9))

    async def dies_at_the_third(*args: Any, **kwargs: Any) -> audit.Action | None:
        if next(turns) == 2:
            raise Boom
        return await real(*args, **kwargs)

    monkeypatch.setattr(acting, "act", dies_at_the_third)
    with suppress(Boom):
        await running.forwards(1, batch_id)
    assert await cancelling.cancel(1, uid, by=cast.mara) == "It was stopped after 2 people of 4"
    batch = await batch_of(uid)
    await running.forwards(1, batch_id)
    assert (await batch_of(uid)).done == batch.done
    with pytest.raises(AlreadyDone):
        await cancelling.cancel(1, uid, by=cast.mara)
    assert batch.undo is not None
    await undo.undo(1, batch.undo, by=cast.mara)
    await Worker().step()
    assert await tagged() == set()


async def test_nobody_others_than_shown_and_many_unasked_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Nobody is selected"):
        await begin(cast, Selection(CustomerFilter(q="nobody at all")))
    with pytest.raises(Stale, match="4 people match now; it was 3"):
        await begin(cast, EVERYBODY, expected=3)
    await many.customers(1, 501)
    with pytest.raises(Invalid, match="all 505 people"):
        await begin(cast, EVERYBODY, expected=505)
    assert await begin(cast, EVERYBODY, expected=505, sure=True) == await begin(cast, EVERYBODY)
    assert await value("SELECT count(*) FROM batches WHERE programme_id = 1") == 1
    with pytest.raises(NotFound):
        await reading.report(
            cast.other_programme_id, await value("SELECT uid FROM batches WHERE programme_id = 1")
        )

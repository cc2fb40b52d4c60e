"""Posting to many accounts together leaves what the verb of one person leaves. PRODUCT B1, C6, C7."""

import asyncio
import random
import re
from datetime import timedelta
from typing import Any

import pytest

from db.engine import atomic, rows, run
from db.enums import CustomerType, EntryKind
from loyalty import clock
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, LoyaltyError
from loyalty.ledger import expiring
from loyalty.ledger.adjusting import Adjusted, adjust
from loyalty.ledger.adjusting_each import Asked, adjust_each
from loyalty.rules.actors import Actor
from loyalty.undo import undo
from loyalty.undo_each import undo_each
from tests import factories
from tests.cast import Cast, assemble, assert_books_balance
from tests.factories import START, Person
from tests.services import many

NOW = START + timedelta(days=40)
ROUNDS, PAIRS = 6, 8


async def _pair(chance: random.Random, number: int) -> tuple[Person, Person]:
    """Two people with the same past: lots with and without expiry, pending and due ones, debts; some have left."""
    kind = chance.choices((CustomerType.MEMBER, CustomerType.GUEST, CustomerType.LEFT), (8, 1, 1))[0]
    past = [
        (
            chance.randint(1, 90),
            chance.choice((None, 10, 60)),
            chance.choice((0, 0, 60)),
            chance.random() < 0.5,
        )
        for _ in range(chance.randint(0, 4))
    ]
    owes = chance.random() < 0.2
    made = []
    for side in "AB":
        person = await factories.customer(1, f"{side}{number} Twin", kind=kind)
        for points, until, held, noticed in past:
            await factories.give(person, points)
            await run(
                "UPDATE lots SET expires_at = {}, available_at = {}, notified_at = {}, lapses_at = {}"
                " WHERE programme_id = 1 AND customer_id = {} AND id = (SELECT max(id) FROM lots"
                " WHERE programme_id = 1 AND customer_id = {})",
                START + timedelta(days=until) if until else None,
                START + timedelta(days=held),
                START if until and noticed else None,
                START + timedelta(days=until) if until and noticed else None,
                person.id,
                person.id,
            )
        if owes and kind is CustomerType.MEMBER:
            await many.owe(person, sum(points for points, *_ in past) + 15)
        made.append(person)
    return made[0], made[1]


async def _left_behind(person: Person) -> dict[str, Any]:
    """Every row of one person's books without what differs: ids, names, keys.

    Also when entries were recorded: what is due is posted also for somebody who is refused, if others weren't.
    """
    found: dict[str, Any] = {}
    for table, order, without in (
        ("accounts", "customer_id", ()),
        ("ledger_entries", "seq", ("id", "uid", "key", "fingerprint", "recorded_at", "reverses_id")),
        ("lots", "id", ("id", "entry_id")),
        ("debts", "entry_id", ("entry_id",)),
        ("actions", "id", ("id", "uid", "subject_id", "undo", "undoes_id", "before")),
        ("outbox", "id", ("id", "payload")),
    ):
        read = await rows(
            f"SELECT * FROM {table} WHERE programme_id = {{}} AND customer_id = {{}} ORDER BY {order}",
            1,
            person.id,
        )
        found[table] = [
            {name: value for name, value in row.items() if name not in (*without, "customer_id")}
            for row in read
        ]
    found["allocations"] = await rows(
        "SELECT e.seq, b.seq AS by_seq, x.points, l.points AS lot, l.remaining FROM allocations x"
        " JOIN ledger_entries e ON e.programme_id = x.programme_id AND e.id = x.entry_id"
        " JOIN ledger_entries b ON b.programme_id = x.programme_id AND b.id = x.by_entry_id"
        " JOIN lots l ON l.programme_id = x.programme_id AND l.id = x.lot_id"
        " WHERE x.programme_id = 1 AND e.customer_id = {} ORDER BY e.seq, b.seq, l.id",
        person.id,
    )
    return found


async def _alone(asked: Asked, person: Person, *, by: Actor) -> Adjusted | LoyaltyError:
    given = {"reason": asked.reason, "comment": asked.comment, "key": f"alone:{asked.key}", "by": by}
    try:
        return await adjust(
            1, person.id, asked.points, expires_at=asked.expires_at, kind=EntryKind.IMPORT, **given
        )
    except LoyaltyError as refusal:
        return refusal


def _said(outcome: Adjusted | Action | LoyaltyError) -> str:
    sentence = str(outcome) if isinstance(outcome, LoyaltyError) else outcome.sentence
    return re.sub(r"[AB](\d+ Twin)", r"\1", sentence)


@pytest.mark.parametrize("seed", [1, 2])
async def test_random_sets_end_as_the_verb_of_one_person_ends(db: object, seed: int) -> None:
    cast: Cast = await assemble()
    chance = random.Random(seed)
    await run("UPDATE programmes SET expiry_policy = 'rolling' WHERE programme_id = 1")
    await run("UPDATE staff SET adjust_limit = 80 WHERE programme_id = 1 AND name = 'Theo'")
    with clock.at(START):
        pairs = [await _pair(chance, number) for number in range(PAIRS)]
    for turn in range(ROUNDS):
        some = chance.sample(pairs, chance.randint(1, PAIRS))
        by = chance.choice((cast.mara, cast.theo))
        with clock.at(NOW + timedelta(days=turn)):
            asked = [
                Asked(
                    customer_id=first.id,
                    points=chance.choice((-100, -30, -5, -1, 1, 7, 60, 90)),
                    reason=chance.choice(("Recount", "")),
                    comment="Hello",
                    key=f"{turn}:{number}",
                    expires_at=chance.choice((None, NOW + timedelta(days=200))),
                )
                for number, (first, _) in enumerate(some)
            ]
            asked.sort(key=lambda each: each.customer_id)
            twins = {first.id: second for first, second in some}
            async with atomic():
                together = await adjust_each(1, asked, by=by, kind=EntryKind.IMPORT)
            for each, outcome in zip(asked, together, strict=True):
                alone = await _alone(each, twins[each.customer_id], by=by)
                assert type(outcome) is type(alone)
                assert _said(outcome) == _said(alone)
        if turn % 2:
            with clock.at(NOW + timedelta(days=turn)):
                await expiring.sweep(1)
    for first, second in pairs:
        assert await _left_behind(first) == await _left_behind(second)
    await assert_books_balance()


@pytest.mark.parametrize("seed", [3, 4])
async def test_taking_many_back_ends_as_taking_one_back_ends(db: object, seed: int) -> None:
    """Also where debts were paid, points are spent, lots have died meanwhile, or one was taken back before."""
    cast: Cast = await assemble()
    chance = random.Random(seed)
    await run("UPDATE programmes SET expiry_policy = 'rolling' WHERE programme_id = 1")
    with clock.at(START):
        pairs = [await _pair(chance, number) for number in range(PAIRS)]
    done: list[tuple[Person, str, Person, str]] = []
    with clock.at(START + timedelta(days=5)):
        for number, (first, second) in enumerate(pairs * 2):
            points = chance.choice((-40, -5, 30, 60))
            uids = [await _adjusted(person, points, f"{number}", by=cast.mara) for person in (first, second)]
            if uids[0] and uids[1]:
                done.append((first, uids[0], second, uids[1]))
    for turn, half in enumerate((done[: PAIRS // 2], done[:PAIRS], done[PAIRS:])):
        with clock.at(NOW + timedelta(days=15 * turn)):
            some = list({each[0].id: each for each in half}.values())
            some.sort(key=lambda each: each[0].id)
            async with atomic():
                asked = [(first.id, uid) for first, uid, _, _ in some]
                together = await undo_each(1, asked, by=cast.mara, reason="Wrong")
            alone = [await _undone(uid, by=cast.mara) for *_, uid in some]
            assert [_said(outcome) for outcome in together] == [_said(outcome) for outcome in alone]
    for first, second in pairs:
        assert await _left_behind(first) == await _left_behind(second)
    await assert_books_balance()


async def _adjusted(person: Person, points: int, key: str, *, by: Actor) -> str | None:
    """The public id of the action; None: it was refused."""
    try:
        made = await adjust(1, person.id, points, by=by, reason="Gift", key=f"{person.uid}:{key}")
    except LoyaltyError:
        return None
    assert made.action is not None
    return made.action.uid


async def _undone(uid: str, *, by: Actor) -> Action | LoyaltyError:
    try:
        return (await undo(1, uid, by=by, reason="Wrong")).action
    except LoyaltyError as refusal:
        return refusal


async def test_sets_that_overlap_dont_wait_in_a_circle(db: object) -> None:
    cast: Cast = await assemble()
    people = await many.customers(1, 12)

    async def give(turn: int, order: list[int]) -> None:
        asked = [
            Asked(customer_id=who, points=5, reason="", comment="", key=f"{turn}:{who}") for who in order
        ]
        async with atomic():
            await adjust_each(1, asked, by=cast.mara)

    await asyncio.gather(*(give(turn, people[:: 1 if turn % 2 else -1]) for turn in range(6)))
    assert {
        row["balance"]
        for row in await rows("SELECT balance FROM accounts WHERE programme_id = 1 AND balance > 0")
    } == {30}
    await assert_books_balance()


async def test_a_repeat_changes_nothing_and_what_is_set_already_is_told(db: object) -> None:
    cast: Cast = await assemble()
    one = Asked(customer_id=cast.rex.id, points=40, reason="Opening", comment="Hello", key="k", sets=True)
    nobody = Asked(customer_id=7, points=1, reason="", comment="", key="n")

    async def again(*asked: Asked) -> list[Adjusted | LoyaltyError]:
        async with atomic():
            return await adjust_each(1, asked, by=cast.mara)

    first, missing = await again(one, nobody)
    assert isinstance(first, Adjusted)
    assert str(missing) == "There is no such customer in this programme."
    assert [type(each) for each in await again(one)] == [AlreadyDone]
    (repeated,) = await again(Asked(**{**_fields(one), "sets": False}))
    assert isinstance(repeated, Adjusted)
    assert (repeated.entry.repeated, repeated.action, repeated.sentence) == (True, None, first.sentence)
    assert await factories.balance(cast.rex) == 40
    assert await again() == []


def _fields(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in Asked.__slots__}

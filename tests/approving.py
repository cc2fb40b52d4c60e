"""Requests for a second person, made for tests without asking anybody."""

from db.engine import value
from db.ids import new_id, new_uid
from loyalty.rules.actors import Actor
from tests.factories import Person
from tests.rows import START, Made, insert


async def approved(person: Person, points: int, *, asked_by: Actor, by: Actor) -> Made:
    """A request whose adjustment of `points` is there already."""
    made = Made(new_id(START), new_uid())
    entry = await value(
        "SELECT id FROM ledger_entries WHERE programme_id = {} AND customer_id = {} AND kind = 'adjust'"
        " AND points = {}",
        person.programme_id,
        person.id,
        points,
    )
    await insert(
        "approvals",
        programme_id=person.programme_id,
        id=made.id,
        uid=made.uid,
        customer_id=person.id,
        points=points,
        reason="For a test",
        comment="Manual adjustments",
        key=made.uid,
        asked_by=asked_by.id,
        asked_at=START,
        lapses_at=START,
        status="approved",
        decided_by=by.id,
        decided_at=START,
        entry_id=entry,
    )
    return made

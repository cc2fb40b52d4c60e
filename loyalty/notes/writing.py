"""Writing and removing a note."""

from dataclasses import dataclass

from db.engine import atomic, one, retried, run
from db.ids import new_id, new_uid
from loyalty import audit, clock, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Noted:
    """What to say, and the audited action, which can be undone."""

    sentence: str
    action: Action


@retried
async def write(programme_id: int, customer_id: int, body: str, *, by: Actor, key: str) -> Noted:
    """Keep a note of 1 to 2,000 characters. The audit trail says that, not what, was written.

    Repeating `key` returns the first outcome. Raises Invalid naming `body`, NotFound.
    """
    body = body.strip()
    if not 1 <= len(body) <= LONGEST:
        raise Invalid(f"A note has 1 to {LONGEST:,} characters.", field="body")
    asked = repeats.mark(key)
    async with atomic():
        account = await locked(programme_id, customer_id)
        sentence = f"Your note about {account.customer_name} is kept"
        done = await repeats.earlier(programme_id, "note.written", ("customer", customer_id), asked)
        if done is not None:
            return Noted(sentence, done.action)
        note_id = new_id(account.now)
        await run(
            "INSERT INTO notes (programme_id, id, uid, customer_id, body, actor_id, actor_name, at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
            programme_id,
            note_id,
            new_uid(),
            customer_id,
            body,
            by.id,
            by.name,
            account.now,
        )
        action = await audit.record(
            programme_id,
            "note.written",
            ("customer", customer_id),
            "A note about {customer} was written",
            by=by,
            customer_id=customer_id,
            after=asked.stored,
            undo={"noun": "notes", "note": note_id, "to": "removed"},
        )
        return Noted(sentence, action)


@retried
async def remove(programme_id: int, customer_id: int, note_uid: str, *, by: Actor) -> Noted:
    """Take a note away. Raises NotFound, AlreadyDone when somebody else was first."""
    async with atomic():
        account = await locked(programme_id, customer_id)
        note = await one(
            "SELECT id, removed_at FROM notes WHERE programme_id = {} AND customer_id = {} AND uid = {}",
            programme_id,
            customer_id,
            note_uid,
        )
        if note is None:
            raise NotFound("There is no such note.")
        if note["removed_at"] is not None:
            raise AlreadyDone("This note has been removed already.")
        await set_removed(programme_id, note["id"], removed=True)
        action = await audit.record(
            programme_id,
            "note.removed",
            ("customer", customer_id),
            "A note about {customer} was removed",
            by=by,
            customer_id=customer_id,
            undo={"noun": "notes", "note": note["id"], "to": "kept"},
        )
        return Noted(f"The note about {account.customer_name} was removed", action)


async def set_removed(programme_id: int, note_id: int, *, removed: bool) -> bool:
    """Hide or show a note, in the caller's transaction. Whether that changed anything."""
    now = clock.now() if removed else None
    changed = await run(
        "UPDATE notes SET removed_at = {} WHERE programme_id = {} AND id = {}"
        f" AND removed_at IS {'NULL' if removed else 'NOT NULL'} RETURNING id",
        now,
        programme_id,
        note_id,
    )
    return bool(changed)

"""The audit trail: one action a verb, with before, after and how to take it back (PRODUCT O1)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import insert_many, run
from db.ids import new_id, new_uid
from loyalty import clock, outbox
from loyalty.rules.actors import Actor
from loyalty.rules.naming import NAMELESS_IN_TRAIL as NAMELESS

UNDONE = "action.undone"

_COLUMNS = (
    "programme_id", "id", "uid", "verb", "subject_kind", "subject_id", "customer_id", "sentence", "before",
    "after", "reason", "undo", "undoes_id", "actor_kind", "actor_id", "actor_name", "at",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO actions ({', '.join(_COLUMNS)})"
    """ VALUES ({}, {}, {}, {}, {}, {}, {},
        replace(replace({}, coalesce((SELECT c.email FROM customers c WHERE c.programme_id = {} AND c.id = {}), ''),
                        '{{customer}}'),
                coalesce((SELECT trim(c.first_name || ' ' || c.last_name) FROM customers c
                          WHERE c.programme_id = {} AND c.id = {}), ''),
                '{{customer}}'),
        {}, {}, {}, {}, {}, {}, {}, {}, {})"""
)


@dataclass(frozen=True, slots=True)
class Action:
    """One recorded action. `undoable`: `loyalty.undo.undo` can take it back."""

    id: int
    uid: str
    sentence: str
    undoable: bool


async def record(
    programme_id: int,
    verb: str,
    subject: tuple[str, int | None],
    sentence: str,
    *,
    by: Actor,
    customer_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    undo: dict[str, Any] | None = None,
    undoes_id: int | None = None,
) -> Action:
    """Write the action and its outbox row, in the caller's transaction.

    `verb` is noun.past-verb (`points.adjusted`), `subject` the kind and id of what changed, `sentence`
    the past tense a person reads. It is kept with {customer} in place of the customer's name or address:
    the trail can't be changed, and an erased person must not live on in it. `undo` is what
    `loyalty.undo` needs to take it back; None: it can't.
    """
    now = clock.now()
    action = Action(new_id(now), new_uid(), sentence[:500], undo is not None)
    await run(
        _INSERT,
        programme_id,
        action.id,
        action.uid,
        verb,
        subject[0],
        subject[1],
        customer_id,
        action.sentence,
        programme_id,
        customer_id,
        programme_id,
        customer_id,
        json.dumps(before or {}),
        json.dumps(after or {}),
        reason,
        json.dumps(undo) if undo is not None else None,
        undoes_id,
        by.kind,
        by.id,
        by.name,
        now,
    )
    await outbox.emit(programme_id, verb, {"action": action.uid}, customer_id=customer_id)
    return action


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One of many actions of a verb, each about one customer; `sentence` as `record` takes it.

    `name` is how the sentence calls the customer: by the name or the address that must not stay in the trail.
    """

    customer_id: int
    name: str
    sentence: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    undo: dict[str, Any] | None = None
    undoes_id: int | None = None


async def record_each(programme_id: int, verb: str, told: Sequence[Told], *, by: Actor) -> list[Action]:
    """Write an action and its outbox row for each customer, in the caller's transaction; as `record` does."""
    now = clock.now()
    actions = [Action(new_id(now), new_uid(), each.sentence[:500], each.undo is not None) for each in told]
    await insert_many(
        "actions",
        _COLUMNS,
        [
            (
                programme_id,
                action.id,
                action.uid,
                verb,
                "customer",
                each.customer_id,
                each.customer_id,
                action.sentence
                if each.name == NAMELESS
                else action.sentence.replace(each.name, "{customer}"),
                json.dumps(each.before),
                json.dumps(each.after),
                each.reason,
                json.dumps(each.undo) if each.undo is not None else None,
                each.undoes_id,
                by.kind.value,
                by.id,
                by.name,
                now,
            )
            for action, each in zip(actions, told, strict=True)
        ],
    )
    who = [(each.customer_id, {"action": action.uid}) for action, each in zip(actions, told, strict=True)]
    await outbox.emit_each(programme_id, verb, who)
    return actions


async def undone(
    programme_id: int, action: Mapping[str, Any], sentence: str, *, by: Actor, reason: str
) -> Action:
    """Record that `action`, a row of the trail, was taken back; `sentence` says what holds again."""
    return await record(
        programme_id,
        UNDONE,
        (action["subject_kind"], action["subject_id"]),
        sentence,
        by=by,
        customer_id=action["customer_id"],
        before={"action": action["uid"], "verb": action["verb"]},
        reason=reason,
        undoes_id=action["id"],
    )

"""The audit trail's chain: each action is sealed with a hash over it and the seal before (PRODUCT O1).

Verbs don't seal. A head row that every verb had to lock would make all writers of a programme wait for each
other until they commit. They only leave a row in `unsealed_actions` (a trigger does), and a worker seals what has
been committed, in the order of ids, seconds later. Whoever changes, removes or slips in an action afterwards
breaks the chain there. Someone who may rewrite both tables can also compute new seals: keep the head that
`regulars verify` prints somewhere else.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, hold, insert_many, loads, one, retried, rows, run
from loyalty import clock

BATCH = 1_000
_BEGINNING = "0" * 64

_ACTION = """a.id, a.uid, a.verb, a.subject_kind, a.subject_id, a.customer_id, a.sentence, a.before, a.after, a.reason,
    a.undo, a.undoes_id, a.actor_kind, a.actor_id, a.actor_name, a.at AS done_at"""
_JSON = {"before", "after", "undo"}
_WAITING = f"""SELECT {_ACTION} FROM unsealed_actions u
    JOIN actions a ON a.programme_id = {{0}} AND a.id = u.action_id
    WHERE u.programme_id = {{0}} ORDER BY u.action_id LIMIT {BATCH}"""
_SEALED = f"""SELECT s.seq, s.hash, {_ACTION} FROM audit_seals s
    LEFT JOIN actions a ON a.programme_id = {{0}} AND a.id = s.action_id
    WHERE s.programme_id = {{0}} AND s.seq > {{1}} ORDER BY s.seq LIMIT {BATCH}"""
_DONE = """DELETE FROM unsealed_actions WHERE programme_id = {0} AND action_id IN
    (SELECT s.action_id FROM audit_seals s WHERE s.programme_id = {0} AND s.seq > {1})"""
_STRANGER = """SELECT a.uid, a.verb FROM actions a WHERE a.programme_id = {0}
    AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.programme_id = {0} AND s.action_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM unsealed_actions u WHERE u.programme_id = {0} AND u.action_id = a.id)
    ORDER BY a.id LIMIT 1"""
_HEAD = "SELECT seq, hash FROM audit_seals WHERE programme_id = {} ORDER BY seq DESC LIMIT 1"
_PROGRAMMES = """SELECT p.programme_id FROM programmes p
    WHERE EXISTS (SELECT 1 FROM unsealed_actions u WHERE u.programme_id = p.programme_id)"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: how many actions are sealed, and the hash that covers all of them."""

    seq: int
    hash: str


async def head(programme_id: int) -> Head:
    """The end of the chain as it is now."""
    row = await one(_HEAD, programme_id)
    return Head(row["seq"], row["hash"]) if row else Head(0, _BEGINNING)


async def seal_waiting() -> int:
    """Seal a batch of what waits in each programme. Returns how many actions were sealed."""
    return sum([await seal(row["programme_id"]) for row in await rows(_PROGRAMMES)])


@retried
async def seal(programme_id: int) -> int:
    """Seal the oldest that wait, at most a thousand. Returns how many. One worker at a time."""
    async with atomic():
        await hold("audit seals", programme_id)
        waiting, last = await rows(_WAITING, programme_id), await head(programme_id)
        made, hash_ = [], last.hash
        for seq, row in enumerate(waiting, start=last.seq + 1):
            hash_ = _hash(hash_, seq, row)
            made.append((programme_id, seq, row["id"], hash_, clock.now()))
        await insert_many("audit_seals", ("programme_id", "seq", "action_id", "hash", "at"), made)
        if made:
            await run(_DONE, programme_id, last.seq)
        return len(made)


async def first_break(programme_id: int) -> str | None:
    """Where the chain is broken first, named by public ids; None when it holds.

    An action that waits for its seal is no break; one that neither has a seal nor waits for it is.
    """
    seq, hash_ = 0, _BEGINNING
    while page := await rows(_SEALED, programme_id, seq):
        for row in page:
            seq += 1
            if row["seq"] != seq:
                return f"seal {seq} is missing"
            if row["id"] is None:
                return f"the action of seal {seq} is missing"
            hash_ = _hash(hash_, seq, row)
            if row["hash"] != hash_:
                return f"action {row['uid']} ({row['verb']}), or its seal {seq}, was changed"
    stranger = await one(_STRANGER, programme_id)
    return f"action {stranger['uid']} ({stranger['verb']}) was never sealed" if stranger else None


def _hash(before: str, seq: int, row: dict[str, Any]) -> str:
    told = [before, seq]
    for name in sorted(row.keys() - {"seq", "hash", "done_at"}):
        told.append(loads(row[name]) if name in _JSON and row[name] is not None else row[name])
    told.append(row["done_at"].isoformat())
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

"""Two records become one (PRODUCT B6)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, retried, run, value
from db.enums import CustomerType, SessionKind
from db.ids import new_id, new_uid
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.customers import moving, verifying
from loyalty.ledger import carrying
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.merging import registry, sides, standings, writing
from loyalty.merging.registry import HELD, Moves
from loyalty.preferences import merging as preferences
from loyalty.rules import merging as rules
from loyalty.rules.actors import Actor
from loyalty.rules.merging import MergeField, Side
from loyalty.surveys import declared

REASON = "Merged with another record"

_SEQ = "SELECT seq FROM accounts WHERE programme_id = {} AND customer_id = {}"
_INSERT = """INSERT INTO merges (programme_id, id, uid, kept_id, merged_id, action_id, moved, before, at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})"""
_END_SESSIONS = """UPDATE sessions SET ended_at = {} WHERE programme_id = {} AND kind = {} AND subject_id = {}
    AND ended_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Merger:
    """The sentence for the toast and the audited action."""

    sentence: str
    action: Action


@retried
async def merge(
    programme_id: int,
    kept_uid: str,
    gone_uid: str,
    *,
    take: Iterable[MergeField] = (),
    by: Actor,
    key: str,
    reason: str = "",
) -> Merger:
    """Let the record `gone_uid` become part of `kept_uid`; fields in `take` come from the first. PRODUCT B6.

    Repeating `key` returns the first outcome. Raises what `loyalty.rules.merging.refuse` raises, Merged,
    KeyReused, NotFound (also for a record of another programme).
    """
    taken = frozenset(take)
    asked = repeats.mark(key, gone_uid, sorted(taken))
    kept = await sides.side(programme_id, uid=kept_uid)
    async with atomic():
        account = await locked(programme_id, kept.id)
        done = await repeats.earlier(programme_id, "customer.merged", ("customer", kept.id), asked)
        if done is not None:
            return Merger(_sentence(account), done.action)
        gone = await sides.side(programme_id, uid=gone_uid)
        rules.refuse(kept, gone, invited=False)
        lost = await locked(programme_id, gone.id)
        kept = await sides.side(programme_id, id_=kept.id)
        gone = await sides.side(programme_id, id_=gone.id)
        rules.refuse(kept, gone, invited=await sides.invited(programme_id, kept, gone))
        return await _merge(account, lost, kept, gone, taken, asked, by=by, reason=reason)


async def _merge(
    account: Account,
    lost: Account,
    kept: Side,
    gone: Side,
    taken: frozenset[MergeField],
    asked: repeats.Mark,
    *,
    by: Actor,
    reason: str,
) -> Merger:
    programme_id, uid = account.programme.id, new_uid()
    answers = await preferences.carry(account, gone.id, by=by)
    moved: dict[str, Any] = {
        "rows": {
            line.name: await registry.move(line, programme_id, kept.id, gone.id)
            for line in HELD
            if isinstance(line, Moves)
        },
        "answers": {"before": dict(answers.before), "completed": answers.completed},
        "records": await _lead_on(programme_id, kept.id, gone.id),
    }
    for record in (account, lost):
        await declared.refresh(*record.key)
    after = await _write(programme_id, kept, gone, taken)
    moved["freed"] = list(await verifying.free_waiting(lost)) if after["email_verified_at"] else []
    carried = await carrying.carry(lost, account, key=f"merge:{uid}", by=by)
    moved["entries"] = carried.to_dict()
    moved["seq"] = await value(_SEQ, *lost.key)
    moved["kept_seq"] = await value(_SEQ, *account.key)
    if lost.type is CustomerType.MEMBER:
        await moving.move(lost, CustomerType.LEFT, by=by, reason=REASON)
    await run("UPDATE customers SET merged_into = {} WHERE programme_id = {} AND id = {}", kept.id, *lost.key)
    await run(_END_SESSIONS, account.now, programme_id, SessionKind.MEMBER, gone.id)
    moved["tier"] = await standings.bring(account, lost, by=by)
    merge_id = new_id(account.now)
    action = await audit.record(
        programme_id,
        "customer.merged",
        ("customer", kept.id),
        _sentence(account),
        by=by,
        customer_id=kept.id,
        after={"entries": len(carrying.entries_of(carried)), **asked.stored},
        reason=reason,
        undo={"noun": "merging", "merge": merge_id},
    )
    before = {"kept": sides.plain(kept), "gone": sides.plain(gone), "after": _plain(after)}
    await run(
        _INSERT,
        programme_id,
        merge_id,
        uid,
        kept.id,
        gone.id,
        action.id,
        json.dumps(moved),
        json.dumps(before),
        account.now,
    )
    return Merger(_sentence(account), action)


async def _lead_on(programme_id: int, kept_id: int, gone_id: int) -> list[int]:
    """Let what was merged into `gone` before lead straight to `kept`; their ids."""
    led = await run(
        "UPDATE customers SET merged_into = {} WHERE programme_id = {} AND merged_into = {} RETURNING id",
        kept_id,
        programme_id,
        gone_id,
    )
    return [row["id"] for row in led]


async def _write(programme_id: int, kept: Side, gone: Side, taken: frozenset[MergeField]) -> dict[str, Any]:
    """Both records' own columns; those of the one that is kept."""
    after, rest = rules.combined(kept, gone, taken)
    joined = [side.row["joined_at"] for side in (kept, gone) if side.row["joined_at"] is not None]
    after |= {
        "joined_at": min(joined) if kept.row["joined_at"] is not None else None,
        "signup_bonus_at": kept.row["signup_bonus_at"] or gone.row["signup_bonus_at"],
        "last_activity_at": max(kept.row["last_activity_at"], gone.row["last_activity_at"]),
    }
    await writing.free_addresses(programme_id, kept.id, gone.id)
    await writing.write(programme_id, gone.id, gone.row["card_number"], rest)
    await writing.write(programme_id, kept.id, kept.row["card_number"], after)
    await writing.recount(programme_id, kept.id, gone.id)
    return after


def _plain(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: part.isoformat() if isinstance(part, datetime) else part for name, part in columns.items()}


def _sentence(account: Account) -> str:
    return f"Two records of {account.customer_name} are one now"

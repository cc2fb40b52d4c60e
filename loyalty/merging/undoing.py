"""Making two records of one again. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.engine import loads, one, run
from db.enums import CustomerType
from loyalty.customers import moving, verifying
from loyalty.errors import AlreadyDone, Invalid
from loyalty.ledger import carrying
from loyalty.ledger.accounts import Account
from loyalty.ledger.carrying import Carried
from loyalty.ledger.locking import locked
from loyalty.merging import registry, sides, standings, writing
from loyalty.merging.registry import HELD, Moves
from loyalty.preferences import merging as preferences
from loyalty.rules.actors import Actor
from loyalty.rules.merging import COLUMNS, MergeField, Side
from loyalty.surveys import declared

_MERGE = "SELECT * FROM merges WHERE programme_id = {} AND id = {}"
_CHANGED = """SELECT o.name FROM orders o JOIN ledger_entries e ON e.programme_id = o.programme_id AND e.order_id = o.id
    WHERE o.programme_id = {} AND e.customer_id = {} AND o.id = {} AND e.seq > {}
      AND e.kind <> 'expire' LIMIT 1"""
_ADDED_UP = ("joined_at", "signup_bonus_at", "last_activity_at")


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Put both records back as they were, in the caller's transaction; the sentence says so.

    What came in since stays with the record that was kept. Raises AlreadyDone, Invalid when points that
    were carried have been spent, have expired, or an order that moved has been refunded since; Merged when
    the kept record was merged on.
    """
    merge = await one(_MERGE, programme_id, action["undo"]["merge"])
    if merge is None or merge["undone_at"] is not None:
        raise AlreadyDone("These are two records already.")
    before, moved = loads(merge["before"]), loads(merge["moved"])
    if not before:
        raise Invalid("This can't be undone: the person was erased.")
    account = await locked(programme_id, merge["kept_id"])
    lost = await locked(programme_id, merge["merged_id"], merged=True)
    carried = Carried.from_dict(moved["entries"])
    await carrying.refuse_touched(lost, account, carried, moved["seq"])
    await _refuse_changed(account, moved["rows"]["orders.customer_id"], moved["kept_seq"])
    await standings.restore(account, moved["tier"], by=by, reason=reason)
    await carrying.take_back(lost, account, carried, by=by, reason=reason)
    await verifying.wait_again(lost, moved["freed"])
    for line in HELD:
        if isinstance(line, Moves):
            keys = moved["rows"].get(line.name, [])
            await registry.back(line, programme_id, account.customer_id, lost.customer_id, keys)
    for record in (account, lost):
        await declared.refresh(*record.key)
    await _part(programme_id, merge, moved["records"], account.now)
    await preferences.take_back(account, _answers(moved["answers"]), by=by)
    await _write(programme_id, account, lost, before)
    if lost.type is CustomerType.LEFT and account.type is CustomerType.MEMBER:
        await moving.move(lost, CustomerType.MEMBER, by=by, reason="The merge was undone")
    # Without the other name: the trail blanks the name of the person it is about, and no other (PRODUCT O4).
    return f"The two records of {account.customer_name} are two again"


def _answers(data: dict[str, Any]) -> preferences.Carried:
    return preferences.Carried(len(data["before"]), data["before"], data["completed"])


async def _refuse_changed(account: Account, orders: list[list[int]], seq: int) -> None:
    for key in orders:
        changed = await one(_CHANGED, *account.key, key[0], seq)
        if changed is not None:
            raise Invalid(
                f"Order {changed['name']} has moved points since, by a refund or an edit."
                " Two records can't be made of that any more."
            )


async def _part(programme_id: int, merge: Mapping[str, Any], led: list[int], at: datetime) -> None:
    await run(
        "UPDATE customers SET merged_into = NULL WHERE programme_id = {} AND id = {}",
        programme_id,
        merge["merged_id"],
    )
    for id_ in led:
        await run(
            "UPDATE customers SET merged_into = {} WHERE programme_id = {} AND id = {}",
            merge["merged_id"],
            programme_id,
            id_,
        )
    await run(
        "UPDATE merges SET undone_at = {} WHERE programme_id = {} AND id = {}",
        at,
        programme_id,
        merge["id"],
    )


async def _write(programme_id: int, account: Account, lost: Account, before: dict[str, Any]) -> None:
    """What the merge wrote and nobody changed since becomes what it was; the rest stays."""
    kept = await sides.side(programme_id, id_=account.customer_id)
    gone = await sides.side(programme_id, id_=lost.customer_id)
    now = sides.plain(kept)
    mine = dict(now)
    for field in MergeField:
        names = COLUMNS[field]
        if all(now[name] == before["after"][name] for name in names):
            mine |= {name: before["kept"][name] for name in names}
    for name in _ADDED_UP:
        if now[name] == before["after"][name]:
            mine[name] = before["kept"][name]
    theirs = before["gone"]
    if mine["email_key"] is not None and mine["email_key"] == theirs["email_key"]:
        mine |= {name: before["kept"][name] for name in COLUMNS[MergeField.EMAIL]}
    await writing.free_addresses(programme_id, kept.id, gone.id)
    await writing.write(programme_id, gone.id, _card(gone), theirs)
    await writing.write(programme_id, kept.id, _card(kept), mine)
    await writing.recount(programme_id, kept.id, gone.id)


def _card(side: Side) -> str:
    return str(side.row["card_number"])

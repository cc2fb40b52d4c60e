"""Taking back the actions of many people: the rules of `undo` for each, the statements for all of them together.

PRODUCT B1, O1. What can't be taken back of one person is refused for that person alone.
"""

from collections.abc import Sequence
from typing import TypeAlias

from db.engine import Row, atomic, loads, one_of, rows
from db.enums import EntryKind
from loyalty import audit
from loyalty.errors import LoyaltyError
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked_each
from loyalty.ledger.posting_each import spendable_each
from loyalty.ledger.undoing_each import reverse_each
from loyalty.rules.actors import Actor
from loyalty.undo import COMMENT, undo

Outcome: TypeAlias = audit.Action | LoyaltyError

_ACTIONS = """SELECT a.id, a.uid, a.verb, a.subject_kind, a.subject_id, a.customer_id, a.undo, u.id AS undone
    FROM actions a LEFT JOIN actions u ON u.programme_id = a.programme_id AND u.undoes_id = a.id
    WHERE a.programme_id = {{}} AND {those}"""


async def undo_each(
    programme_id: int, asked: Sequence[tuple[int, str]], *, by: Actor, reason: str
) -> list[Outcome]:
    """Take back an action of each of these people, once each, in the caller's transaction.

    Of each their id and the action's public id, in the order of ids. Answers the actions that record it, or why
    one is refused, as `undo` does. Whatever isn't one entry on an account that stands goes by itself.
    """
    accounts, _ = await locked_each(programme_id, [customer_id for customer_id, _ in asked])
    those, args = one_of("a.uid", [uid for _, uid in asked], "TEXT")
    # Under the locks of all of them, so that nobody can take one back in between.
    actions = {row["uid"]: row for row in await rows(_ACTIONS.format(those=those), programme_id, *args)}
    together: list[tuple[Account, Row, int]] = []
    alone: list[tuple[int, str]] = []
    for customer_id, uid in asked:
        account, row = accounts.get(customer_id), actions.get(uid)
        entry_id = _its_entry(row) if row is not None else None
        if account is None or row is None or entry_id is None:
            alone.append((customer_id, uid))
        else:
            together.append((account, row, entry_id))
    outcomes = await _taken_back(programme_id, together, by=by, reason=reason)
    for customer_id, uid in alone:
        try:
            async with atomic():
                outcomes[customer_id] = (await undo(programme_id, uid, by=by, reason=reason)).action
        except LoyaltyError as refusal:
            outcomes[customer_id] = refusal
    return [outcomes[customer_id] for customer_id, _ in asked]


def _its_entry(action: Row) -> int | None:
    """The one entry that the action wrote and that still can be taken back; None: it is something else."""
    entries = loads(action["undo"] or "{}").get("entries", [])
    return entries[0] if len(entries) == 1 and action["undone"] is None else None


async def _taken_back(
    programme_id: int, asked: Sequence[tuple[Account, Row, int]], *, by: Actor, reason: str
) -> dict[int, Outcome]:
    if not asked:
        return {}
    reversals = await reverse_each(
        [(account, entry_id) for account, _, entry_id in asked],
        kind=EntryKind.UNDO,
        by=by,
        reason=reason,
        comment=COMMENT,
    )
    outcomes: dict[int, Outcome] = {}
    done: list[tuple[Account, Row]] = []
    for (account, row, _), reversal in zip(asked, reversals, strict=True):
        if isinstance(reversal, LoyaltyError):
            outcomes[account.customer_id] = reversal
        else:
            done.append((account, row))
    free = await spendable_each([account for account, _ in done])
    told = [_told(account, row, free[account.customer_id] - account.debt, reason) for account, row in done]
    recorded = await audit.record_each(programme_id, audit.UNDONE, told, by=by)
    return outcomes | {
        account.customer_id: action for (account, _), action in zip(done, recorded, strict=True)
    }


def _told(account: Account, action: Row, available: int, reason: str) -> audit.Told:
    return audit.Told(
        customer_id=account.customer_id,
        name=account.customer_name,
        sentence=f"{account.customer_name} has {account.programme.amount(available)} again",
        before={"action": action["uid"], "verb": action["verb"]},
        after={},
        reason=reason,
        undoes_id=action["id"],
    )

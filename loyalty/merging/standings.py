"""The tier of the record that is kept: the higher of both, then what the policy says of everything together."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from db.engine import rows, value
from db.enums import CustomerType, EntryKind
from loyalty.ledger import undoing
from loyalty.ledger.accounts import Account
from loyalty.rewards.undoing import void
from loyalty.rules.actors import Actor
from loyalty.rules.tiers import find, rank
from loyalty.tiers import evaluating, standing
from loyalty.tiers.schemes import scheme
from loyalty.tiers.standing import Change, Held
from loyalty.tiers.undoing import held_of

REASON = "Merged with another record"

_SEQ = "SELECT seq FROM accounts WHERE programme_id = {} AND customer_id = {}"
_PAID = """SELECT id FROM ledger_entries
    WHERE programme_id = {} AND customer_id = {} AND seq > {} AND kind = 'tier_reward'"""
_GIVEN = """SELECT id FROM issued_rewards WHERE programme_id = {} AND customer_id = {} AND source = 'tier'
    AND issued_at >= {} AND id > {}"""


async def bring(account: Account, lost: Account, *, by: Actor) -> dict[str, Any]:
    """Take the higher standing over, then evaluate. What `restore` needs to put it back.

    A tier taken over pays no entry rewards: the person has had them.
    """
    before, theirs = await standing.held(account), await standing.held(lost)
    levels = (await scheme(account.programme.id)).levels
    latest = await value(
        "SELECT coalesce(max(id), 0) FROM issued_rewards WHERE programme_id = {} AND customer_id = {}",
        *account.key,
    )
    seq = await value(_SEQ, *account.key)
    higher = rank(find(levels, theirs.tier_id)) > rank(find(levels, before.tier_id))
    if account.type is CustomerType.MEMBER and higher:
        await _stand(account, before, theirs, by=by)
    await evaluating.evaluate(account, by=by, reason=REASON)
    paid = await rows(_PAID, *account.key, seq)
    given = await rows(_GIVEN, *account.key, account.now, latest)
    return {
        "before": _plain(before),
        "after": (await standing.held(account)).tier_id,
        "paid": [row["id"] for row in paid],
        "issued": [row["id"] for row in given],
    }


async def restore(account: Account, kept: dict[str, Any], *, by: Actor, reason: str) -> None:
    """Put the standing back that the merge replaced, unless it has changed since.

    Raises NotEnoughPoints when entry points of the merge are spent.
    """
    for entry_id in kept["paid"]:
        await undoing.reverse(account, entry_id, kind=EntryKind.UNDO, by=by, reason=reason, comment="Undone")
    for copy_id in kept["issued"]:
        await void(account.programme.id, copy_id, account.now, reason="Undone")
    now, before = await standing.held(account), held_of(kept["before"])
    if now.tier_id == kept["after"]:
        await _stand(account, now, before, by=by)


async def _stand(account: Account, was: Held, will: Held, *, by: Actor) -> None:
    await standing.save(account, will)
    if was.tier_id == will.tier_id:
        return
    programme = await scheme(account.programme.id)
    change = Change(
        from_id=was.tier_id,
        to_id=will.tier_id,
        manual=True,
        reason=REASON,
        period=standing.period_of(account, programme.policy),
        metric=will.metric_value,
    )
    await standing.note(account, change, by=by)


def _plain(held: Held) -> dict[str, Any]:
    return {
        name: part.isoformat() if isinstance(part, datetime) else part for name, part in asdict(held).items()
    }

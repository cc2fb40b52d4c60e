"""Promising points for somebody's nth order. What campaigns call. PRODUCT M1."""

from datetime import datetime

from db.engine import run
from db.ids import new_id, new_uid
from loyalty import audit
from loyalty.bonuses import stored
from loyalty.ledger.accounts import Account
from loyalty.rules.actors import SYSTEM, Actor

_INSERT = """INSERT INTO order_bonuses (programme_id, id, uid, customer_id, campaign_id, nth, points, status, key,
      granted_at, valid_until) VALUES ({}, {}, {}, {}, {}, {}, {}, 'waiting', {}, {}, {})"""


async def promise(
    account: Account,
    campaign_id: int,
    *,
    nth: int,
    points: int,
    valid_until: datetime,
    key: str,
    by: Actor = SYSTEM,
) -> None:
    """Promise a member `points` for their `nth` paid order from now until before `valid_until`.

    In the caller's transaction and under the account's lock. Repeating `key` promises nothing more. Raises
    NotAMember.
    """
    account.require_member()
    if await stored.by_key(account.programme.id, key) is not None:
        return
    bonus_id = new_id(account.now)
    await run(
        _INSERT,
        account.programme.id,
        bonus_id,
        new_uid(),
        account.customer_id,
        campaign_id,
        nth,
        points,
        key,
        account.now,
        valid_until,
    )
    which = "their next order" if nth == 1 else f"their order number {nth} from now on"
    await audit.record(
        account.programme.id,
        "order_bonus.promised",
        ("order_bonus", bonus_id),
        f"{{customer}} was promised {account.programme.amount(points)} for {which}",
        by=by,
        customer_id=account.customer_id,
        after={"points": points, "nth": nth, "valid_until": valid_until.isoformat()},
        undo={"noun": "order_bonuses", "bonus": bonus_id},
    )

"""What was just done at the till, told once more whenever its page is drawn (PRODUCT E5)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import loads, one, value
from db.enums import CustomerType
from loyalty.errors import NotFound
from loyalty.ledger.balances import Balance, balance
from loyalty.rules.codes import format_code
from loyalty.rules.naming import name_of

_ACTION = """SELECT a.id, a.verb, a.subject_kind, a.subject_id, a.sentence, a.undo, a.at, a.customer_id, a.after,
      u.uid AS undone, c.uid AS customer_uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at,
      i.uid AS copy_uid, i.code, r.name AS reward
    FROM actions a
    LEFT JOIN actions u ON u.programme_id = {0} AND u.undoes_id = a.id
    LEFT JOIN customers c ON c.programme_id = {0} AND c.id = a.customer_id
    LEFT JOIN issued_rewards i ON i.programme_id = {0} AND a.subject_kind = 'issued_reward' AND i.id = a.subject_id
    LEFT JOIN rewards r ON r.programme_id = {0} AND r.id = i.reward_id
    WHERE a.programme_id = {0} AND a.uid = {1} AND a.verb IN ('purchase.counted', 'reward.redeemed', 'code.used')"""
_OF_COPY = """SELECT a.uid FROM actions a JOIN issued_rewards i ON i.programme_id = {0} AND i.id = a.subject_id
    WHERE a.programme_id = {0} AND a.subject_kind = 'issued_reward' AND a.verb = {2} AND i.uid = {1}
    ORDER BY a.id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`points` are what a purchase earned. `code` as printed of what was redeemed or used, else empty.

    `balance` is what the customer has now; None for guests and for nobody.
    """

    uid: str
    verb: str
    sentence: str
    at: datetime
    can_undo: bool
    undone: bool
    customer_uid: str | None
    customer: str
    balance: Balance | None
    points: int
    copy_uid: str
    code: str
    reward: str


async def outcome(programme_id: int, uid: str) -> Outcome:
    """What the action with this public id did. Raises NotFound, also for actions of other kinds."""
    row = await one(_ACTION, programme_id, uid)
    if row is None:
        raise NotFound("There is no such action in this programme.")
    member = row["type"] in (CustomerType.MEMBER, CustomerType.LEFT)
    name = name_of(row) if row["customer_uid"] else ""
    return Outcome(
        uid=uid,
        verb=row["verb"],
        sentence=row["sentence"].replace("{customer}", name),
        at=row["at"],
        can_undo=row["undo"] is not None and row["undone"] is None,
        undone=row["undone"] is not None,
        customer_uid=row["customer_uid"],
        customer=name,
        balance=await balance(programme_id, row["customer_id"]) if member else None,
        points=loads(row["after"]).get("points", 0),
        copy_uid=row["copy_uid"] or "",
        code=format_code(row["code"]) if row["code"] else "",
        reward=row["reward"] or "",
    )


async def of_copy(programme_id: int, copy_uid: str, verb: str) -> str:
    """The public id of the latest action of this verb on a copy. Raises NotFound."""
    found = await value(_OF_COPY, programme_id, copy_uid, verb)
    if found is None:
        raise NotFound("There is no such action in this programme.")
    return str(found)

"""The two records as a merge sees them."""

from typing import Any

from db.engine import one
from db.enums import CustomerType
from loyalty.errors import NotFound
from loyalty.rules.merging import COLUMNS, Side
from loyalty.rules.naming import name_of

_MORE = "joined_at, signup_bonus_at, last_activity_at, card_number"
_ROW = (
    "SELECT id, uid, type, erased_at, merged_into, "
    + ", ".join(name for names in COLUMNS.values() for name in names)
    + f", {_MORE} FROM customers WHERE programme_id = {{}} AND "
)
# Ended referrals between the two stay with the merged record; one that counts must be cancelled first.
_INVITED = """SELECT 1 AS found FROM referrals f JOIN customers a ON a.programme_id = f.programme_id AND a.id = {}
      JOIN customers b ON b.programme_id = f.programme_id AND b.id = {}
    WHERE f.programme_id = {} AND f.status IN ('pending', 'completed', 'blocked') AND f.referrer_id IN (a.id, b.id)
      AND (f.friend_id IN (a.id, b.id) OR f.friend_email_key IN (a.email_key, b.email_key)) LIMIT 1"""


async def side(programme_id: int, *, uid: str | None = None, id_: int | None = None) -> Side:
    """One record, by public or by inner id. Raises NotFound."""
    by, key = ("uid = {}", uid) if id_ is None else ("id = {}", id_)
    row = await one(_ROW + by, programme_id, key)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    return Side(
        id=row["id"],
        name=name_of(row),
        type=CustomerType(row["type"]),
        erased=row["erased_at"] is not None,
        merged=row["merged_into"] is not None,
        row=row,
    )


async def invited(programme_id: int, kept: Side, gone: Side) -> bool:
    """Whether one of them invited the other, in a referral that still counts."""
    return await one(_INVITED, kept.id, gone.id, programme_id) is not None


def plain(side: Side) -> dict[str, Any]:
    """The columns a merge may change, as JSON keeps them."""
    names = [name for names in COLUMNS.values() for name in names]
    names += ["joined_at", "signup_bonus_at", "last_activity_at"]
    return {
        name: part.isoformat() if hasattr(part := side.row[name], "isoformat") else part for name in names
    }

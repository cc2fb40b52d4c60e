"""One customer's invitations, and who invited them (PRODUCT B3)."""

from db.engine import one, rows, snapshot
from db.enums import CustomerType, ReferralStatus
from loyalty import turning
from loyalty.activities.referrals.reading import COLUMNS, JOINS, view
from loyalty.activities.referrals.views import CustomerReferrals
from loyalty.errors import NotFound

_WHO = "SELECT id, type, referral_code FROM customers WHERE programme_id = {} AND uid = {}"
_PAGE = f"""SELECT {COLUMNS} FROM referrals f {JOINS}
    WHERE f.programme_id = {{0}} AND f.referrer_id = {{1}} AND f.status <> 'clicked'{{where}}
    ORDER BY f.id {{order}} LIMIT {{limit}}"""
_INVITED = f"""SELECT {COLUMNS} FROM referrals f {JOINS}
    WHERE f.programme_id = {{0}} AND f.friend_id = {{1}} ORDER BY f.id DESC LIMIT 1"""
_COUNTS = """SELECT status, count(*) AS n FROM referrals
    WHERE programme_id = {} AND referrer_id = {} GROUP BY status"""


async def of_customer(programme_id: int, uid: str, cursor: str | None = None) -> CustomerReferrals:
    """One page of whom a customer invited. Raises NotFound, and Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int)
    async with snapshot():
        who = await one(_WHO, programme_id, uid)
        if who is None:
            raise NotFound("There is no such customer in this programme.")
        counted = await rows(_COUNTS, programme_id, who["id"])
        invited_by = await one(_INVITED, programme_id, who["id"])
        sql = _PAGE.replace("{where}", f" AND f.id {turn.beyond} {{2}}" if turn.key else "")
        sql = sql.replace("{order}", turn.order).replace("{limit}", str(turn.limit))
        page = turn.page(
            await rows(sql, programme_id, who["id"], *(turn.key or ())), lambda row: (row["id"],)
        )
    counts = {row["status"]: row["n"] for row in counted}
    return CustomerReferrals(
        code=who["referral_code"] if who["type"] == CustomerType.MEMBER else None,
        invited_by=view(invited_by) if invited_by else None,
        rows=tuple(view(row) for row in page.items),
        completed=counts.get(ReferralStatus.COMPLETED, 0),
        pending=counts.get(ReferralStatus.PENDING, 0),
        previous=page.previous,
        next=page.next,
    )

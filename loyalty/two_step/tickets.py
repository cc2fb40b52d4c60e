"""Who is between the two steps: the password was right, the code is still to come (PRODUCT O1).

A ticket is signed, not stored: nobody writes to the database before they are signed in. It is worth nothing
without a code, for five minutes, and no longer once the account has changed.
"""

from itsdangerous import BadSignature, URLSafeTimedSerializer

from db.enums import StaffStatus
from loyalty.errors import NotFound
from loyalty.rules.two_step import TICKET
from loyalty.settings import settings
from loyalty.staff.accounts import Account, get

HOWS = {"password": "with a password and a code", "link": "by a one-time link and a code"}


def make(account: Account, how: str) -> str:
    """A ticket for somebody who has done the first step. `how` is one of HOWS."""
    return _seal().dumps([account.programme_id, account.uid, account.version, how])


async def holder(ticket: str) -> tuple[Account, str] | None:
    """Whose ticket it is and how the first step was done, or None."""
    try:
        programme_id, uid, version, how = _seal().loads(ticket, max_age=int(TICKET.total_seconds()))
        account = await get(programme_id, uid)
    except (BadSignature, NotFound):
        return None
    good = account.status is StaffStatus.ACTIVE and account.two_step and account.version == version
    return (account, HOWS[how]) if good else None


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().key, salt="two-step")

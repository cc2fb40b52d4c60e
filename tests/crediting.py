"""Points for somebody whom no verb would give any."""

from itertools import count

from db.engine import atomic
from db.enums import EntryKind
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit

_serial = count(1)


async def credit_directly(programme_id: int, customer_id: int, points: int) -> None:
    """A credit by the ledger's own move: what somebody who has left brought along from before."""
    async with atomic():
        account = await locked(programme_id, customer_id)
        key = f"brought-{next(_serial)}"
        await credit(account, Posting(kind=EntryKind.IMPORT, points=points, key=key))

"""Points that count for tiers although no order brought them: the tier is looked at again at once."""

from db.engine import run
from loyalty.ledger.accounts import Account
from loyalty.queue import enqueue


async def evaluate_soon(account: Account) -> None:
    """Mark the customer's tier as due and have the worker look at it, once this transaction commits.

    The ledger doesn't know tiers, which stand on it; the nightly sweep would find the mark anyway.
    """
    await run(
        "UPDATE customer_tiers SET evaluated_at = NULL WHERE programme_id = {} AND customer_id = {}",
        *account.key,
    )
    await enqueue(account.programme.id, "evaluate_tiers", {}, dedupe_key="evaluate_tiers:soon")

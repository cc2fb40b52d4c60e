"""From a proven address to a customer: the one who has it, or a guest made now. PRODUCT A4, O2."""

from db.engine import atomic, hold, retried, value
from loyalty import clock
from loyalty.customers import creating
from loyalty.customers.creating import NewCustomer
from loyalty.customers.verifying import verify_email
from loyalty.members.proving import Proven
from loyalty.rules.orders import normalised_email


@retried
async def arrive(proven: Proven) -> int:
    """The customer's id. Their address counts as verified, which frees what they earned as a guest.

    Somebody new is a guest until they join; who has left stays so.
    """
    key = normalised_email(proven.email)
    assert key is not None, "nothing else is written to"
    async with atomic():
        await hold("email", proven.programme_id, key)
        found = await value(
            "SELECT coalesce(merged_into, id) FROM customers WHERE programme_id = {} AND email_key = {}",
            proven.programme_id,
            key,
        )
        if found is None:
            new = NewCustomer(proven.email, "", "", None, False, (), clock.now())
            found = await creating.insert(proven.programme_id, new)
        assert found is not None, "the address is held"
        await verify_email(proven.programme_id, found)
    return int(found)

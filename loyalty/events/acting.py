"""Which verb does what a fact says."""

from loyalty.customers import privacy
from loyalty.customers import receiving as customers
from loyalty.errors import Invalid
from loyalty.integrations.facts import (
    CustomerDataRequested,
    CustomerRedacted,
    CustomerSeen,
    Fact,
    Ignored,
    OrderSeen,
    ProductSeen,
    RefundSeen,
    ShopRedacted,
)
from loyalty.orders import receiving as orders
from loyalty.products import receiving as products


async def act(programme_id: int, store_id: int, fact: Fact, *, pays_signup: bool = True) -> None:
    """Do it, in the caller's transaction. Each of these verbs is repeat-safe.

    `pays_signup` False for history: whoever joined long ago isn't welcomed today.
    """
    match fact:
        case OrderSeen(order):
            await orders.receive(programme_id, store_id, order, pays_signup=pays_signup)
        case RefundSeen(refund):
            await orders.receive_refund(programme_id, store_id, refund)
        case CustomerSeen(customer):
            await customers.receive(programme_id, store_id, customer, pays_signup=pays_signup)
        case ProductSeen(product):
            await products.receive(programme_id, store_id, product)
        case CustomerDataRequested(external_id, email, _):
            person = await privacy.find(programme_id, store_id, external_id, email)
            if person is not None:
                await privacy.data_requested(programme_id, person)
        case CustomerRedacted(external_id, email, _, _):
            person = await privacy.find(programme_id, store_id, external_id, email)
            if person is not None:
                await privacy.erase(programme_id, person, reason="The shop platform asked for it")
        case ShopRedacted():
            raise Invalid(
                "The shop left its platform. Whether its customers' data goes is the owner's decision."
            )
        case Ignored():
            pass

"""WooCommerce's customer object, and the person an order's billing address tells of."""

from loyalty.integrations.bodies import Body
from loyalty.rules.orders import IncomingCustomer


def customer(told: Body) -> IncomingCustomer:
    """A customer record, which in WooCommerce is always an account. Raises Invalid when it has no id."""
    billing = told.part("billing") or Body({})
    return IncomingCustomer(
        external_id=told.known_id("id"),
        email=told.text("email") or billing.text("email") or None,
        first_name=told.text("first_name") or billing.text("first_name"),
        last_name=told.text("last_name") or billing.text("last_name"),
        phone=billing.text("phone") or None,
        created_at=told.moment("date_created_gmt"),
        updated_at=told.moment("date_modified_gmt"),
        is_registered=True,
    )


def buyer(order: Body) -> IncomingCustomer | None:
    """Who placed an order: registered when the order has a customer id, else a guest; None for nobody."""
    billing, account = order.part("billing") or Body({}), order.id("customer_id")
    email, phone = billing.text("email") or None, billing.text("phone") or None
    if not (account or email or phone):
        return None
    return IncomingCustomer(
        external_id=account,
        email=email,
        first_name=billing.text("first_name"),
        last_name=billing.text("last_name"),
        phone=phone,
        updated_at=order.moment("date_modified_gmt"),
        is_registered=account is not None,
    )

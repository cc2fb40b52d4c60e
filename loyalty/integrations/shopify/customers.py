"""Shopify's customer object."""

from loyalty.integrations.bodies import Body
from loyalty.rules.orders import IncomingCustomer


def customer(told: Body) -> IncomingCustomer:
    """A customer record. Raises Invalid when it has no id.

    Shopify keeps a record for everybody who gave an e-mail or phone, also those who never activated
    an account (`state` disabled, invited or declined). All of them are customers to the shop, so all
    are registered here; `state` isn't told apart, since stores without customer accounts have only
    disabled ones.
    """
    return IncomingCustomer(
        external_id=told.known_id("id"),
        email=told.text("email") or None,
        first_name=told.text("first_name"),
        last_name=told.text("last_name"),
        phone=told.text("phone") or None,
        tags=tags(told.text("tags")),
        created_at=told.moment("created_at"),
        updated_at=told.moment("updated_at"),
        accepts_email=_accepts_email(told),
        is_registered=True,
    )


def guest(order: Body) -> IncomingCustomer | None:
    """The person behind an order without a customer record, if the order says anything about them."""
    email, phone = order.text("email") or order.text("contact_email"), order.text("phone")
    if not (email or phone):
        return None
    address = order.part("billing_address") or order.part("shipping_address") or Body({})
    return IncomingCustomer(
        external_id=None,
        email=email or None,
        first_name=address.text("first_name"),
        last_name=address.text("last_name"),
        phone=phone or None,
        updated_at=order.moment("updated_at"),
        accepts_email=order.flag("buyer_accepts_marketing"),
    )


def tags(text: str) -> tuple[str, ...]:
    """Shopify's comma-separated tags."""
    return tuple(tag for part in text.split(",") if (tag := part.strip()))


def _accepts_email(told: Body) -> bool | None:
    consent = told.part("email_marketing_consent")
    if consent is not None:
        return consent.text("state") == "subscribed"
    return told.flag("accepts_marketing")

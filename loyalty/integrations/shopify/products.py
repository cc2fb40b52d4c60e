"""Shopify's product object."""

from loyalty.integrations.bodies import Body
from loyalty.rules.products import IncomingProduct, words


def product(told: Body) -> IncomingProduct:
    """A product. Raises Invalid when it has no id.

    Its category is the product type, which the merchant words; Shopify's own taxonomy isn't in webhooks. The
    stock numbers are those of its variants.
    """
    return IncomingProduct(
        external_id=told.known_id("id"),
        title=told.text("title"),
        category=told.text("product_type"),
        tags=words(told.words("tags")),
        skus=words(variant.text("sku") for variant in told.parts("variants")),
        told_at=told.moment("updated_at"),
    )

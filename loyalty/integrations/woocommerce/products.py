"""WooCommerce's product object."""

import html

from loyalty.integrations.bodies import Body
from loyalty.rules.products import IncomingProduct, words


def product(told: Body) -> IncomingProduct:
    """A product. Raises Invalid when it has no id.

    A product may stand in several categories: the first it lists is its category, the others count as tags.
    """
    category, *others = _names(told, "categories") or ("",)
    return IncomingProduct(
        external_id=told.known_id("id"),
        title=html.unescape(told.text("name")),
        category=category,
        tags=words((*others, *_names(told, "tags"))),
        skus=words([told.text("sku")]),
        told_at=told.moment("date_modified_gmt"),
    )


def _names(told: Body, key: str) -> tuple[str, ...]:
    return words(html.unescape(part.text("name")) for part in told.parts(key))

"""A product from a platform: by webhook or by file, told once or ten times, in any order (PRODUCT N2)."""

import json

from db.engine import atomic, insert_many, retried, rows, run
from loyalty import clock
from loyalty.rules.products import LONGEST_TITLE, LONGEST_WORD, IncomingProduct, refuse_product

_KEEP = """INSERT INTO products (programme_id, store_id, external_id, title, category, tags, told_at, received_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, store_id, external_id) DO UPDATE SET title = excluded.title,
    category = excluded.category, tags = excluded.tags, told_at = excluded.told_at,
    received_at = excluded.received_at
    WHERE products.told_at IS NULL OR excluded.told_at > products.told_at RETURNING external_id"""


@retried
async def receive(programme_id: int, store_id: int, product: IncomingProduct) -> bool:
    """Keep what is newer than what is known. False: it changes nothing.

    A product without a date (a file) never replaces one that a platform told of. Orders that came before
    keep their lines as they are. Raises Invalid for a product that can't be.
    """
    refuse_product(product)
    async with atomic():
        news = await run(
            _KEEP,
            programme_id,
            store_id,
            product.external_id,
            product.title[:LONGEST_TITLE],
            product.category[:LONGEST_WORD],
            json.dumps(product.tags),
            product.told_at,
            clock.now(),
        )
        if news:
            await _name(programme_id, store_id, product)
    return bool(news)


async def _name(programme_id: int, store_id: int, product: IncomingProduct) -> None:
    """Keep the stock numbers it goes by; platforms tell of every sold piece, and the numbers rarely change."""
    of = (programme_id, store_id, product.external_id)
    wanted = {sku for sku in product.skus if 0 < len(sku) <= LONGEST_WORD}
    found = await rows(
        "SELECT sku FROM product_skus WHERE programme_id = {} AND store_id = {} AND product_id = {}", *of
    )
    if {row["sku"] for row in found} == wanted:
        return
    await run("DELETE FROM product_skus WHERE programme_id = {} AND store_id = {} AND product_id = {}", *of)
    columns = ("programme_id", "store_id", "product_id", "sku")
    await insert_many("product_skus", columns, [(*of, sku) for sku in sorted(wanted)])

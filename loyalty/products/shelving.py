"""Where the goods of an order stand in the shop: platforms' orders name products, not their categories."""

from collections.abc import Sequence

from db.engine import loads, rows
from loyalty.rules.orders import IncomingLine
from loyalty.rules.products import Shelf, Shelves, placed, wanting

_BY_ID = """SELECT external_id AS id, '' AS sku, category, tags, told_at FROM products
    WHERE programme_id = {{}} AND store_id = {{}} AND external_id IN ({ids})"""
_BY_SKU = """SELECT '' AS id, s.sku, p.category, p.tags, p.told_at FROM product_skus s
    JOIN products p ON p.programme_id = s.programme_id AND p.store_id = s.store_id AND p.external_id = s.product_id
    WHERE s.programme_id = {{}} AND s.store_id = {{}} AND s.sku IN ({skus})"""


async def shelved(
    programme_id: int, store_id: int, lines: Sequence[IncomingLine], before: Sequence[IncomingLine] = ()
) -> tuple[IncomingLine, ...]:
    """The lines with the category and tags of the products they name, as the store's platform told them.

    `before`: as in `rules.products.placed`. A product nobody told of leaves its line without.
    """
    goods = wanting(lines)
    ids = sorted({line.product_id for line in goods if line.product_id})
    skus = sorted({line.sku for line in goods if line.sku})
    return placed(lines, await _shelves(programme_id, store_id, ids, skus), before)


async def _shelves(programme_id: int, store_id: int, ids: list[str], skus: list[str]) -> Shelves:
    asked: list[object] = []
    parts = []
    for part, wanted in ((_BY_ID, ids), (_BY_SKU, skus)):
        if wanted:
            marks = ", ".join(["{}"] * len(wanted))
            parts.append(part.format(ids=marks, skus=marks))
            asked += [programme_id, store_id, *wanted]
    found = await rows(" UNION ALL ".join(parts), *asked) if parts else []
    # Of two products with one stock number, the one that was changed last.
    found.sort(key=lambda row: (row["told_at"] is not None, row["told_at"] or 0, row["category"]))
    by_id = {row["id"]: _shelf(row) for row in found if row["id"]}
    return Shelves(by_id, {row["sku"]: _shelf(row) for row in found if row["sku"]})


def _shelf(row: dict[str, object]) -> Shelf:
    return Shelf(str(row["category"]), tuple(loads(row["tags"])))

"""The rows of Shopify's products export: one per variant or picture, the product's own cells in its first."""

import hashlib
from collections.abc import Iterator

from loyalty.integrations import cells
from loyalty.integrations.cells import Unreadable
from loyalty.integrations.csvfile import Sheet
from loyalty.integrations.shopify.customers import tags
from loyalty.rules.products import IncomingProduct, words

HEAD = ("Handle", "URL handle", "Title", "Type", "Tags", "Variant SKU", "SKU")
"""Handle and Variant SKU were renamed in 2025."""
LONGEST = 100


def gathered(sheet: Sheet) -> Iterator[tuple[int, IncomingProduct]]:
    """(first row number, product), one product at a time. Raises Invalid by row and column."""
    pick = sheet.pick(HEAD)
    handle, start, first, skus = "", 0, ("", "", ""), [""]
    for row, found in sheet:
        old, new, title, kind, told, variant, sku = pick(found)
        this = cells.text(old or new)
        if not this:
            raise Unreadable("Handle", "", "is empty").at(sheet.name, row)
        if this != handle:
            if handle:
                yield start, _product(handle, first, skus)
            handle, start, first, skus = this, row, (title, kind, told), []
        skus.append(cells.text(variant or sku))
    if handle:
        yield start, _product(handle, first, skus)


def _product(handle: str, first: tuple[str, str, str], skus: list[str]) -> IncomingProduct:
    """The export has no ids, so a product goes by its handle, and its lines find it by their SKU."""
    title, kind, told = (cells.text(cell) for cell in first)
    known = handle if len(handle) <= LONGEST else hashlib.sha256(handle.encode()).hexdigest()
    return IncomingProduct(f"handle:{known}", title, kind, words(tags(told)), words(skus))

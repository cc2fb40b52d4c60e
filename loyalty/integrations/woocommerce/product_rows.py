"""The rows of WooCommerce's own products export, a product or a variation each."""

import re
from collections.abc import Iterator

from loyalty.integrations import cells
from loyalty.integrations.cells import Unreadable
from loyalty.integrations.csvfile import Sheet
from loyalty.rules.products import IncomingProduct, words

COLUMNS = ("ID", "Type", "SKU", "Name", "Categories", "Tags")
_COMMA = re.compile(r"(?<!\\),")
"""Between terms; one within a term is written with a backslash."""


def read(sheet: Sheet) -> Iterator[tuple[int, IncomingProduct]]:
    """(row number, product). A variation has no categories of its own, and lines name its product."""
    pick = sheet.pick(COLUMNS)
    for row, found in sheet:
        external_id, kind, sku, name, categories, told = pick(found)
        if "variation" in kind.casefold():
            continue
        known = cells.plain("ID", external_id)
        if known is None:
            raise Unreadable("ID", "", "is empty").at(sheet.name, row)
        category, *others = words(_leaf(term) for term in _terms(categories)) or ("",)
        tags = words((*others, *_terms(told)))
        yield row, IncomingProduct(known, cells.text(name), category, tags, words([cells.text(sku)]))


def _terms(cell: str) -> list[str]:
    return [term.replace("\\,", ",") for term in _COMMA.split(cells.text(cell))]


def _leaf(term: str) -> str:
    """The last of `Clothing > T-shirts`, as webhooks name it."""
    return term.rpartition(">")[2]

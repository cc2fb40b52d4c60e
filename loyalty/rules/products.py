"""What a platform tells of its products, and which of it a line of an order takes over (PRODUCT I1, I3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.enums import LineKind
from loyalty.errors import Invalid
from loyalty.rules.incoming import refuse_identifier, refuse_moment
from loyalty.rules.orders import IncomingLine

LONGEST_TITLE, LONGEST_WORD = 240, 200
"""Characters. Earning rules and multipliers name categories and tags of up to 200."""
MOST_TAGS = 250
_GOODS = (LineKind.PRODUCT, LineKind.GIFT_CARD)


@dataclass(frozen=True, slots=True)
class IncomingProduct:
    """A product as a platform tells it. `told_at` None: the source doesn't say when it changed (a file)."""

    external_id: str
    title: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a product stands in the shop: what rules and multipliers ask for."""

    category: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelves:
    """The products that an order's lines name, by the platform's id and by stock number."""

    by_id: Mapping[str, Shelf]
    by_sku: Mapping[str, Shelf]

    def of(self, line: IncomingLine) -> Shelf:
        """Its id says more than its stock number, which shops give twice; an unknown product has none."""
        return self.by_id.get(line.product_id or "") or self.by_sku.get(line.sku or "") or Shelf()


def refuse_product(product: IncomingProduct) -> None:
    """Return when the product can be kept. Raises Invalid naming the field."""
    refuse_identifier(product.external_id, "product")
    refuse_moment(product.told_at, f"Product {product.external_id}", "updated_at")
    if len(product.tags) > MOST_TAGS:
        raise Invalid(f"Product {product.external_id} has more than {MOST_TAGS} tags.", field="tags")


def words(texts: Iterable[str]) -> tuple[str, ...]:
    """Tags and the like as they are kept: tidied, each once, in the order in which they were told."""
    tidy = (" ".join(text.split())[:LONGEST_WORD] for text in texts)
    return tuple(dict.fromkeys(text for text in tidy if text))


def wanting(lines: Iterable[IncomingLine]) -> tuple[IncomingLine, ...]:
    """The goods whose source didn't say where they stand in the shop."""
    return tuple(line for line in lines if line.kind in _GOODS and not (line.category or line.tags))


def placed(
    lines: Sequence[IncomingLine], shelves: Shelves, before: Sequence[IncomingLine] = ()
) -> tuple[IncomingLine, ...]:
    """The lines with category and tags where their source says neither.

    `before` are the lines of an order that has earned already: they keep what they had, whatever became
    of the product since, so that what its refunds take adds up to what it earned (PRODUCT C5).
    """
    known = {key: line for line in before for key in (line.sku, line.external_id) if key}
    return tuple(_placed(line, shelves, known) for line in lines)


def _placed(line: IncomingLine, shelves: Shelves, known: Mapping[str, IncomingLine]) -> IncomingLine:
    if not wanting((line,)):
        return line
    was = known.get(line.external_id or "") or known.get(line.sku or "")
    found = Shelf(was.category or "", was.tags) if was else shelves.of(line)
    return replace(line, category=found.category or None, tags=found.tags)

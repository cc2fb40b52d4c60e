"""Which category and tags a line of an order takes over from the product it names."""

from dataclasses import replace

import pytest

from db.enums import LineKind
from loyalty.errors import Invalid
from loyalty.rules.orders import IncomingLine
from loyalty.rules.products import IncomingProduct, Shelf, Shelves, placed, refuse_product, words

CREAM, GIFT = Shelf("Skincare", ("vegan",)), Shelf("Gifts")
SHELVES = Shelves({"1": CREAM}, {"CREAM-50": GIFT, "BOX": GIFT})
LINE = IncomingLine(
    external_id="11",
    kind=LineKind.PRODUCT,
    sku="CREAM-50",
    product_id="1",
    title="Day cream",
    quantity=1,
    unit_minor=2_000,
    total_minor=2_000,
)


def only(line: IncomingLine, *before: IncomingLine) -> tuple[str | None, tuple[str, ...]]:
    (found,) = placed((line,), SHELVES, before)
    return found.category, found.tags


def test_a_line_finds_its_category_by_the_products_id_before_its_stock_number() -> None:
    assert only(LINE) == ("Skincare", ("vegan",))
    assert only(replace(LINE, product_id=None)) == ("Gifts", ())
    assert only(replace(LINE, product_id="9", sku="BOX")) == ("Gifts", ())
    assert only(replace(LINE, product_id="9", sku=None)) == (None, ())


def test_what_the_platform_says_of_a_line_stays_and_what_is_no_goods_has_none() -> None:
    assert only(replace(LINE, category="Creams")) == ("Creams", ())
    assert only(replace(LINE, tags=("new",))) == (None, ("new",))
    assert only(replace(LINE, kind=LineKind.SHIPPING)) == (None, ())


def test_a_line_that_has_earned_keeps_what_it_had_and_a_new_one_is_looked_up() -> None:
    earned = replace(LINE, category="Bodycare")
    assert only(LINE, earned) == ("Bodycare", ())
    assert only(LINE, replace(LINE)) == (None, ())
    assert only(replace(LINE, external_id="12"), replace(earned, external_id=None)) == ("Bodycare", ())
    assert only(replace(LINE, external_id="12", sku="BOX"), earned) == ("Skincare", ("vegan",))


def test_words_are_tidied_and_said_once() -> None:
    assert words([" vegan ", "", "Day  cream", "vegan"]) == ("vegan", "Day cream")


@pytest.mark.parametrize("product", [IncomingProduct("x" * 121), IncomingProduct("1", tags=("t",) * 251)])
def test_a_product_that_cant_be_kept_is_refused(product: IncomingProduct) -> None:
    with pytest.raises(Invalid):
        refuse_product(product)

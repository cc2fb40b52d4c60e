"""Products from the platforms' own exports: what orders of before and after find their category in. PRODUCT N1."""

from pathlib import Path

import pytest

from db.engine import rows
from loyalty.errors import Invalid
from loyalty.imports import products
from loyalty.integrations import integration
from loyalty.integrations.cells import Reading
from loyalty.products import known, receiving
from loyalty.rules.products import IncomingProduct
from tests import factories
from tests.cast import Cast, assemble
from tests.factories import START

SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Option1 Value,Variant SKU,Image Src\n"
    'day-cream,Day cream,"<p>Soft, light</p>",Bloom,Health & Beauty,Skincare,"vegan, new",50 ml,CREAM-50,\n'
    "day-cream,,,,,,,100 ml,CREAM-100,\n"
    "day-cream,,,,,,,,,https://shop.example/b.jpg\n"
    "tea,Tea,,Bloom,,,,Default Title,TEA,\n"
)
NEWER = SHOPIFY.replace("Handle,", "URL handle,").replace("Variant SKU", "SKU")
WOO = (
    "ID,Type,SKU,Name,Published,Categories,Tags,Parent\n"
    '44,variable,,Shirt,1,"Clothing, Clothing > T-shirts, Sun\\, sea","soft, blue",\n'
    "45,variation,SHIRT-M,Shirt - M,1,,,id:44\n"
    "46,simple,CUP,Cup,1,Kitchen > Cups,,\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "products_export.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", [SHOPIFY, NEWER])
def test_shopifys_variants_join_their_product(tmp_path: Path, text: str) -> None:
    found = list(integration("shopify").export.read_products(written(tmp_path, text), Reading("EUR")))
    assert found == [
        (
            2,
            IncomingProduct(
                "handle:day-cream", "Day cream", "Skincare", ("vegan", "new"), ("CREAM-50", "CREAM-100")
            ),
        ),
        (5, IncomingProduct("handle:tea", "Tea", "", (), ("TEA",))),
    ]


def test_woocommerces_categories_are_named_as_in_webhooks_and_variations_left_out(tmp_path: Path) -> None:
    found = list(integration("woocommerce").export.read_products(written(tmp_path, WOO), Reading("EUR")))
    tags = ("T-shirts", "Sun, sea", "soft", "blue")
    assert found == [
        (2, IncomingProduct("44", "Shirt", "Clothing", tags, ())),
        (4, IncomingProduct("46", "Cup", "Cups", (), ("CUP",))),
    ]


@pytest.mark.parametrize(
    ("platform", "text", "says"),
    [
        ("shopify", "Handle,Title\nx,X\n", "no column “Type”"),
        ("shopify", SHOPIFY.replace("tea,Tea", ",Tea"), "row 5"),
        ("woocommerce", WOO.replace("46,simple", ",simple"), "row 4"),
        ("woocommerce", SHOPIFY, "isn't a WooCommerce products export"),
    ],
)
def test_what_is_no_products_export_is_refused_by_name(
    tmp_path: Path, platform: str, text: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        list(integration(platform).export.read_products(written(tmp_path, text), Reading("EUR")))


async def test_a_file_fills_in_what_no_webhook_told_and_a_second_time_changes_nothing(
    db: object, tmp_path: Path
) -> None:
    cast: Cast = await assemble()
    file = written(tmp_path, SHOPIFY)
    dry = await products.run(1, file, "shopify", dry_run=True)
    assert (dry.products, await known.categories(1)) == (2, ())
    told = IncomingProduct("7", "Day cream", "Face care", (), ("CREAM-50",), START)
    await receiving.receive(1, cast.web.id, told)
    for _ in range(2):
        assert "2 products read" in (await products.run(1, file, "shopify")).sentence
    assert await known.categories(1) == ("Face care", "Skincare")
    found = await rows("SELECT sku FROM product_skus WHERE programme_id = 1 ORDER BY sku")
    assert [row["sku"] for row in found] == ["CREAM-100", "CREAM-50", "CREAM-50", "TEA"]
    assert await factories.balance(cast.ines) == 0

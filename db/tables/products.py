from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Product(Table, tablename="products"):
    """What a store sells; `told_at` is when its platform changed it, unknown where a file told of it."""

    programme_id = BigInt()
    store_id = BigInt()
    external_id = Text(primary_key=True)
    title = Text(default="")
    category = Text(default="")
    tags = JSONB()
    told_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz()


class ProductSku(Table, tablename="product_skus"):
    """A stock number by which a line names its product; two products may carry the same one."""

    programme_id = BigInt()
    store_id = BigInt()
    sku = Text(primary_key=True)
    product_id = Text()

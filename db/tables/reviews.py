from piccolo.columns import BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Review(Table, tablename="reviews"):
    """A product review and its moderation state (PRODUCT H1)."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    store_id = BigInt(null=True, default=None)
    external_id = Text()
    customer_id = BigInt()
    product_key = Text()
    product_title = Text(default="")
    rating = BigInt()
    title = Text(default="")
    body = Text(default="")
    has_photo = Boolean(default=False)
    has_video = Boolean(default=False)
    status = Text()
    submitted_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    version = BigInt(default=1)

from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class Store(Table, tablename="stores"):
    """A sales channel that feeds the programme."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    handle = Text()
    name = Text()
    platform = Text()
    domain = Text(null=True, default=None)
    webhook_secret = Text(null=True, default=None)
    previous_webhook_secret = Text(null=True, default=None)
    created_at = Timestamptz()

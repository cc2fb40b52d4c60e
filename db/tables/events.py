from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class InboundEvent(Table, tablename="inbound_events"):
    """A webhook as it arrived, before anything was done with it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    store_id = BigInt()
    topic = Text()
    delivery_id = Text()
    body = Text()
    state = Text()
    note = Text(default="")
    attempts = BigInt(default=0)
    received_at = Timestamptz()
    applied_at = Timestamptz(null=True, default=None)

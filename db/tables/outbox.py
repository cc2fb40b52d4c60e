from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class OutboxRow(Table, tablename="outbox"):
    """Something that happened, for whoever listens outside."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    topic = Text()
    customer_id = BigInt(null=True, default=None)
    payload = JSONB()
    at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)

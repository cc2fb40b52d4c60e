from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class PortalMessage(Table, tablename="portal_messages"):
    """A message in a member's portal: `body` is HTML with their own words in it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    campaign_id = BigInt()
    subject = Text()
    preview = Text(default="")
    body = Text()
    at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)
    put_away_at = Timestamptz(null=True, default=None)

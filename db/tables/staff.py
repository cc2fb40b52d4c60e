from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class Staff(Table, tablename="staff"):
    """A person who works in the admin, with a role (PRODUCT O1)."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    email = Text()
    name = Text()
    role = Text()
    status = Text()
    password_hash = Text(null=True, default=None)
    totp_secret = Text(null=True, default=None)
    totp_since = Timestamptz(null=True, default=None)
    totp_step = BigInt(null=True, default=None)
    adjust_limit = BigInt(null=True, default=None)
    adjust_limit_per_day = BigInt(null=True, default=None)
    version = BigInt(default=1)
    created_at = Timestamptz()
    last_seen_at = Timestamptz(null=True, default=None)

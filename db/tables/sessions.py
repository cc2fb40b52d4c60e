from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Session(Table, tablename="sessions"):
    """A signed-in browser. Only the SHA-256 of its token is stored."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    token_hash = Text()
    kind = Text()
    subject_id = BigInt()
    csrf_secret = Text()
    flash = JSONB()
    agent = Text(default="")
    ip = Text(default="")
    created_at = Timestamptz()
    seen_at = Timestamptz()
    ends_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    proved_at = Timestamptz(null=True, default=None)


class LoginToken(Table, tablename="login_tokens"):
    """A one-time link or code, stored as SHA-256."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    token_hash = Text()
    purpose = Text()
    subject_id = BigInt()
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)

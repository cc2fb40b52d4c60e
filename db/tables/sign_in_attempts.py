from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class SignInAttempt(Table, tablename="sign_in_attempts"):
    """A failed or unfinished try to sign in, by the SHA-256 of its address or IP; kept for a day."""

    programme_id = BigInt(default=0)
    id = BigInt(primary_key=True)
    key_hash = Text()
    at = Timestamptz()

from piccolo.columns import BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table


class Logo(Table, tablename="logos"):
    """A shop's logo, by the SHA-256 of its bytes. Earlier ones stay for undo."""

    programme_id = BigInt()
    digest = Text(primary_key=True)
    media = Text()
    width = BigInt()
    height = BigInt()
    body = Bytea()
    created_at = Timestamptz()

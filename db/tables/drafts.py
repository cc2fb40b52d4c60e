from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Draft(Table, tablename="drafts"):
    """A change of the programme that was typed, waiting for somebody to see what it does."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    kind = Text()
    body = JSONB()
    base = Text()
    actor_name = Text()
    created_at = Timestamptz()

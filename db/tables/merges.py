from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Merge(Table, tablename="merges"):
    """Two records that became one: which rows moved, and both people's fields as they were before."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    kept_id = BigInt()
    merged_id = BigInt()
    action_id = BigInt(null=True, default=None)
    moved = JSONB()
    before = JSONB()
    at = Timestamptz()
    undone_at = Timestamptz(null=True, default=None)

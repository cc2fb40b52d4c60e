from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Note(Table, tablename="notes"):
    """What the team wrote about a customer. Erasing the person deletes it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    body = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    at = Timestamptz()
    removed_at = Timestamptz(null=True, default=None)


class CustomerEdit(Table, tablename="customer_edits"):
    """The values an audited edit replaced and wrote. Erasing the person deletes it."""

    programme_id = BigInt()
    action_id = BigInt(primary_key=True)
    customer_id = BigInt()
    field = Text()
    before = JSONB()
    after = JSONB()

from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Job(Table, tablename="jobs"):
    """Work to be done outside a transaction, written inside it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    name = Text()
    args = JSONB()
    state = Text()
    run_at = Timestamptz()
    urgent = Boolean(default=False)
    attempts = BigInt(default=0)
    max_attempts = BigInt(default=8)
    lease_until = Timestamptz(null=True, default=None)
    worker = Text(default="")
    dedupe_key = Text(null=True, default=None)
    last_error = Text(default="")
    created_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)

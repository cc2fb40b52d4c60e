from piccolo.columns import BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Approval(Table, tablename="approvals"):
    """An adjustment above somebody's limit, asked of a second person (PRODUCT C7)."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    points = BigInt()
    reason = Text()
    comment = Text()
    counts_for_tiers = Boolean(default=False)
    expires_at = Timestamptz(null=True, default=None)
    key = Text()
    asked_by = BigInt()
    asked_at = Timestamptz()
    lapses_at = Timestamptz()
    status = Text()
    decided_by = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    decision_reason = Text(default="")
    entry_id = BigInt(null=True, default=None)
    version = BigInt(default=1)

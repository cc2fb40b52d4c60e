from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Action(Table, tablename="actions"):
    """One audited operation with before, after and, where possible, its undo. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    verb = Text()
    subject_kind = Text()
    subject_id = BigInt(null=True, default=None)
    customer_id = BigInt(null=True, default=None)
    sentence = Text()
    before = JSONB()
    after = JSONB()
    reason = Text(default="")
    undo = JSONB(null=True, default=None)
    undoes_id = BigInt(null=True, default=None)
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    at = Timestamptz()

from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class AuditSeal(Table, tablename="audit_seals"):
    """The place of an action in the trail's chain, and the hash that covers all before it."""

    programme_id = BigInt()
    seq = BigInt(primary_key=True)
    action_id = BigInt()
    hash = Text()
    at = Timestamptz()


class UnsealedAction(Table, tablename="unsealed_actions"):
    """An action that waits for its seal."""

    programme_id = BigInt()
    action_id = BigInt(primary_key=True)

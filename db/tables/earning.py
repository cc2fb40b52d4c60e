from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class EarningRule(Table, tablename="earning_rules"):
    """A way to earn; what it says lives in its versions."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    name = Text()
    trigger = Text()
    status = Text()
    position = BigInt(default=0)
    version = BigInt(default=1)
    created_at = Timestamptz()


class EarningRuleVersion(Table, tablename="earning_rule_versions"):
    """One dated wording of a rule. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    rule_id = BigInt()
    number = BigInt()
    definition = JSONB()
    effective_from = Timestamptz()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    created_at = Timestamptz()

from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class RecoveryCode(Table, tablename="recovery_codes"):
    """Signs in once in place of a code from the phone. Only a keyed hash is kept."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    staff_id = BigInt()
    code_hash = Text()
    created_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class TwoStepRole(Table, tablename="two_step_roles"):
    """A role whose people must sign in in two steps."""

    programme_id = BigInt()
    role = Text(primary_key=True)

from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Mail(Table, tablename="mails"):
    """One mail to one address. `letter` is what it says, emptied once its way is over."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt(null=True, default=None)
    address = Text()
    kind = Text()
    dedupe_key = Text()
    letter = JSONB()
    after = JSONB()
    state = Text()
    note = Text(default="")
    good_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class MailSuppression(Table, tablename="mail_suppressions"):
    """An address that a mail server said doesn't exist, as its SHA-256."""

    programme_id = BigInt()
    address_hash = Text(primary_key=True)
    reason = Text()
    at = Timestamptz()

from piccolo.columns import BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Customer(Table, tablename="customers"):
    """A person known to the programme. `search` is folded text, `email_key` the normalised address."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    type = Text()
    first_name = Text(default="")
    last_name = Text(default="")
    email = Text(null=True, default=None)
    email_key = Text(null=True, default=None)
    email_verified_at = Timestamptz(null=True, default=None)
    phone = Text(null=True, default=None)
    accepts_email = Boolean(default=False)
    birth_month = BigInt(null=True, default=None)
    birth_day = BigInt(null=True, default=None)
    birth_year = BigInt(null=True, default=None)
    birthday_changed_at = Timestamptz(null=True, default=None)
    referral_code = Text()
    card_number = Text()
    search = Text(default="")
    spend_minor = BigInt(default=0)
    order_count = BigInt(default=0)
    first_order_at = Timestamptz(null=True, default=None)
    last_order_at = Timestamptz(null=True, default=None)
    last_activity_at = Timestamptz()
    joined_at = Timestamptz(null=True, default=None)
    left_at = Timestamptz(null=True, default=None)
    signup_bonus_at = Timestamptz(null=True, default=None)
    merged_into = BigInt(null=True, default=None)
    erased_at = Timestamptz(null=True, default=None)
    language = Text(null=True, default=None)
    time_zone = Text(null=True, default=None)
    version = BigInt(default=1)
    created_at = Timestamptz()


class CustomerIdentity(Table, tablename="customer_identities"):
    """The id a store's platform knows a customer by."""

    programme_id = BigInt()
    store_id = BigInt()
    external_id = Text(primary_key=True)
    customer_id = BigInt()
    platform_updated_at = Timestamptz(null=True, default=None)


class CustomerTag(Table, tablename="customer_tags"):
    """A word staff or a platform put on a customer."""

    programme_id = BigInt()
    customer_id = BigInt()
    tag = Text(primary_key=True)


class TypeChange(Table, tablename="type_changes"):
    """One of the four legal type moves (PRODUCT A2). Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    customer_id = BigInt()
    from_type = Text()
    to_type = Text()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    reason = Text(default="")
    at = Timestamptz()

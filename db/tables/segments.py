from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Segment(Table, tablename="segments"):
    """A named set of customers. `judged_version` is the version its members were last judged by."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    handle = Text()
    name = Text()
    description = Text(default="")
    kind = Text()
    position = BigInt(default=0)
    definition = JSONB()
    version = BigInt(default=1)
    judged_version = BigInt(default=0)
    created_at = Timestamptz()
    archived_at = Timestamptz(null=True, default=None)


class SegmentVersion(Table, tablename="segment_versions"):
    """What a segment meant, from when, and who said so. Append-only."""

    programme_id = BigInt()
    segment_id = BigInt()
    number = BigInt(primary_key=True)
    name = Text()
    definition = JSONB()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    created_at = Timestamptz()


class SegmentMember(Table, tablename="segment_members"):
    """Who is in a segment, since when, and the facts that brought them in. `settled`: for two nights.

    `tier_id` is their tier, kept beside by triggers, so that whom a segment and a tier both hold is found by an index.
    """

    programme_id = BigInt()
    segment_id = BigInt()
    customer_id = BigInt(primary_key=True)
    since = Timestamptz()
    move_id = BigInt()
    settled = Boolean(default=False)
    facts = JSONB()
    tier_id = BigInt(null=True, default=None)


class SegmentMove(Table, tablename="segment_moves"):
    """One entry or exit, with its facts; an exit also says since when they had been in. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    segment_id = BigInt()
    customer_id = BigInt()
    entered = Boolean()
    cause = Text()
    settled = Boolean()
    since = Timestamptz()
    at = Timestamptz()
    facts = JSONB()


class SegmentListed(Table, tablename="segment_listed"):
    """The people of a static list."""

    programme_id = BigInt()
    segment_id = BigInt()
    customer_id = BigInt(primary_key=True)
    added_at = Timestamptz()


class SegmentFact(Table, tablename="segment_facts"):
    """What segments judge a guest or member by; money in minor units, days numbered from 1990.

    `first_day` to `days_mark` look at whole days only and belong to value segments; the rest also sees
    today. `days_mark` changes whenever an order day does.
    """

    programme_id = BigInt()
    customer_id = BigInt(primary_key=True)
    first_day = BigInt(null=True, default=None)
    last_day = BigInt(null=True, default=None)
    f_count = BigInt(default=0)
    m_minor = BigInt(default=0)
    ever_days = BigInt(default=0)
    ever_minor = BigInt(default=0)
    days_mark = BigInt(default=0)
    latest_day = BigInt(null=True, default=None)
    orders_ever = BigInt(default=0)
    orders_year = BigInt(default=0)
    orders_half = BigInt(default=0)
    orders_quarter = BigInt(default=0)
    cltv_orders = BigInt(default=0)
    cltv_minor = BigInt(default=0)
    available = BigInt(default=0)
    points_earned = BigInt(default=0)
    points_redeemed = BigInt(default=0)
    first_points_day = BigInt(null=True, default=None)
    redeemed_day = BigInt(null=True, default=None)
    member = Boolean(default=False)
    engagement = BigInt(default=0)
    advocacy = BigInt(default=0)
    actions = BigInt(default=0)
    r_score = BigInt(default=0)
    f_score = BigInt(default=0)
    m_score = BigInt(default=0)
    value_id = BigInt(null=True, default=None)
    value_rule = BigInt(default=0)


class SegmentState(Table, tablename="segment_states"):
    """The day segments stand at and the yardstick everybody is judged by; the last two nights."""

    programme_id = BigInt(primary_key=True)
    day = BigInt()
    until_id = BigInt(null=True, default=None)
    yardstick = JSONB()
    refreshed_at = Timestamptz(null=True, default=None)
    night_at = Timestamptz(null=True, default=None)
    night_before_at = Timestamptz(null=True, default=None)


class SegmentPolicy(Table, tablename="segment_policies"):
    """How this programme scores, and which scores make which value segment, where it isn't K1's own."""

    programme_id = BigInt(primary_key=True)
    scoring = Text()
    cuts = JSONB()
    map = JSONB()
    version = BigInt(default=1)


class SegmentDay(Table, tablename="segment_days"):
    """How many people a segment had after a day, and what they add up to."""

    programme_id = BigInt()
    segment_id = BigInt()
    day = BigInt(primary_key=True)
    people = BigInt()
    sums = JSONB()


class SegmentDue(Table, tablename="segment_due"):
    """Somebody something happened to since their segments were last looked at."""

    programme_id = BigInt()
    customer_id = BigInt(primary_key=True)
    taken = BigInt(default=0)

"""Customers, their type moves, and the tiers they stand in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, legal_moves, migration

ID = "0002"
DESCRIPTION = "customers, identities, tags, type changes, tiers"

TIERS = """
CREATE TABLE tiers (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    rank BIGINT NOT NULL CHECK (rank >= 0),
    threshold BIGINT NOT NULL CHECK (threshold >= 0),
    keep_threshold BIGINT CHECK (keep_threshold >= 0 AND keep_threshold <= threshold),
    multiplier_percent BIGINT NOT NULL DEFAULT 100 CHECK (multiplier_percent BETWEEN 0 AND 10000),
    metal TEXT NOT NULL DEFAULT '' CHECK (metal IN ('', 'bronze', 'silver', 'gold', 'platinum')),
    perks JSONB NOT NULL,
    entry_points BIGINT NOT NULL DEFAULT 0 CHECK (entry_points >= 0),
    entry_rewards JSONB NOT NULL,
    archived_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid)
)"""

TIER_POLICIES = """
CREATE TABLE tier_policies (
    programme_id BIGINT NOT NULL PRIMARY KEY REFERENCES programmes (programme_id),
    metric TEXT NOT NULL CHECK (metric IN ('spend', 'points', 'orders')),
    period TEXT NOT NULL CHECK (period IN ('lifetime', 'calendar_year', 'rolling', 'anniversary')),
    rolling_days BIGINT CHECK (rolling_days BETWEEN 1 AND 3660),
    grace_days BIGINT NOT NULL DEFAULT 0 CHECK (grace_days BETWEEN 0 AND 366),
    downgrade TEXT NOT NULL CHECK (downgrade IN ('one_step', 'to_qualified', 'never')),
    version BIGINT NOT NULL DEFAULT 1,
    CHECK (period <> 'rolling' OR rolling_days IS NOT NULL)
)"""

CUSTOMERS = """
CREATE TABLE customers (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('guest', 'member', 'left')),
    first_name TEXT NOT NULL DEFAULT '' CHECK (length(first_name) <= 120),
    last_name TEXT NOT NULL DEFAULT '' CHECK (length(last_name) <= 120),
    email TEXT CHECK (length(email) BETWEEN 3 AND 254),
    email_key TEXT,
    email_verified_at TIMESTAMPTZ,
    phone TEXT CHECK (length(phone) <= 40),
    accepts_email BOOLEAN NOT NULL DEFAULT false,
    birth_month BIGINT CHECK (birth_month BETWEEN 1 AND 12),
    birth_day BIGINT CHECK (birth_day BETWEEN 1 AND 31),
    birth_year BIGINT CHECK (birth_year BETWEEN 1900 AND 2200),
    birthday_changed_at TIMESTAMPTZ,
    referral_code TEXT NOT NULL,
    card_number TEXT NOT NULL,
    search TEXT NOT NULL DEFAULT '',
    spend_minor BIGINT NOT NULL DEFAULT 0,
    order_count BIGINT NOT NULL DEFAULT 0 CHECK (order_count >= 0),
    first_order_at TIMESTAMPTZ,
    last_order_at TIMESTAMPTZ,
    last_activity_at TIMESTAMPTZ NOT NULL,
    joined_at TIMESTAMPTZ,
    left_at TIMESTAMPTZ,
    signup_bonus_at TIMESTAMPTZ,
    merged_into BIGINT,
    erased_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, email_key),
    UNIQUE (programme_id, referral_code),
    UNIQUE (programme_id, card_number),
    CHECK ((birth_month IS NULL) = (birth_day IS NULL)),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK (type <> 'member' OR joined_at IS NOT NULL),
    CHECK (type <> 'left' OR left_at IS NOT NULL),
    CHECK (erased_at IS NULL OR email IS NULL)
)"""

IDENTITIES = """
CREATE TABLE customer_identities (
    programme_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 120),
    customer_id BIGINT NOT NULL,
    platform_updated_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, store_id, external_id),
    FOREIGN KEY (programme_id, store_id) REFERENCES stores (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

TAGS = """
CREATE TABLE customer_tags (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    tag TEXT NOT NULL CHECK (length(tag) BETWEEN 1 AND 60),
    PRIMARY KEY (programme_id, customer_id, tag),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

TYPE_CHANGES = """
CREATE TABLE type_changes (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    from_type TEXT NOT NULL,
    to_type TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((from_type = 'guest' AND to_type IN ('member', 'left'))
        OR (from_type = 'member' AND to_type = 'left')
        OR (from_type = 'left' AND to_type = 'member'))
)"""

CUSTOMER_TIERS = """
CREATE TABLE customer_tiers (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    tier_id BIGINT,
    since TIMESTAMPTZ,
    qualified_until TIMESTAMPTZ,
    grace_until TIMESTAMPTZ,
    floor_tier_id BIGINT,
    floor_until TIMESTAMPTZ,
    metric_value BIGINT NOT NULL DEFAULT 0,
    evaluated_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, tier_id) REFERENCES tiers (programme_id, id),
    FOREIGN KEY (programme_id, floor_tier_id) REFERENCES tiers (programme_id, id)
)"""

TIER_CHANGES = """
CREATE TABLE tier_changes (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    from_tier_id BIGINT,
    to_tier_id BIGINT,
    manual BOOLEAN NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    notes TEXT NOT NULL DEFAULT '' CHECK (length(notes) <= 2000),
    rewards_triggered BOOLEAN NOT NULL,
    period_key TEXT NOT NULL,
    metric_value BIGINT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK (coalesce(from_tier_id, 0) <> coalesce(to_tier_id, 0))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(TIERS),
        both("CREATE UNIQUE INDEX tiers_rank ON tiers (programme_id, rank) WHERE archived_at IS NULL"),
        both("CREATE UNIQUE INDEX tiers_name ON tiers (programme_id, name) WHERE archived_at IS NULL"),
        both(TIER_POLICIES),
        both(CUSTOMERS),
        both("CREATE INDEX customers_activity ON customers (programme_id, last_activity_at DESC, id DESC)"),
        both(
            "CREATE INDEX customers_type_activity"
            " ON customers (programme_id, type, last_activity_at DESC, id DESC)"
        ),
        both("CREATE INDEX customers_phone ON customers (programme_id, phone)"),
        *legal_moves(
            "customers",
            "type",
            [("guest", "member"), ("guest", "left"), ("member", "left"), ("left", "member")],
        ),
        both(IDENTITIES),
        both("CREATE INDEX identities_of ON customer_identities (programme_id, customer_id)"),
        both(TAGS),
        both("CREATE INDEX tags_by_name ON customer_tags (programme_id, tag, customer_id)"),
        both(TYPE_CHANGES),
        both("CREATE INDEX type_changes_of ON type_changes (programme_id, customer_id, id)"),
        *append_only("type_changes"),
        both(CUSTOMER_TIERS),
        both("CREATE INDEX customers_in_tier ON customer_tiers (programme_id, tier_id, customer_id)"),
        both(TIER_CHANGES),
        both("CREATE INDEX tier_changes_of ON tier_changes (programme_id, customer_id, id)"),
        *append_only("tier_changes"),
    )

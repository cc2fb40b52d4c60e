"""Rewards and issued codes, referrals, reviews."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0005"
DESCRIPTION = "rewards, issued rewards, referrals, reviews"

REWARDS = """
CREATE TABLE rewards (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    kind TEXT NOT NULL CHECK (kind IN ('amount_off', 'percent_off', 'free_shipping', 'free_product',
        'gift_card', 'store_credit', 'experience', 'donation', 'custom')),
    status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    points_price BIGINT NOT NULL CHECK (points_price >= 0),
    value_minor BIGINT CHECK (value_minor >= 0),
    percent BIGINT CHECK (percent BETWEEN 1 AND 100),
    product TEXT NOT NULL DEFAULT '',
    unit_cost_minor BIGINT NOT NULL DEFAULT 0 CHECK (unit_cost_minor >= 0),
    stock BIGINT CHECK (stock >= 0),
    per_customer BIGINT CHECK (per_customer >= 1),
    min_tier_id BIGINT,
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    code_valid_days BIGINT CHECK (code_valid_days BETWEEN 1 AND 3660),
    redeemable BOOLEAN NOT NULL DEFAULT true,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, min_tier_id) REFERENCES tiers (programme_id, id)
)"""

ISSUED_REWARDS = """
CREATE TABLE issued_rewards (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT,
    reward_id BIGINT NOT NULL,
    source TEXT NOT NULL
        CHECK (source IN ('redemption', 'tier', 'referral', 'campaign', 'birthday', 'goodwill')),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 8 AND 40 AND code = upper(code)),
    status TEXT NOT NULL CHECK (status IN ('outstanding', 'reserved', 'used', 'void', 'expired')),
    points_paid BIGINT NOT NULL DEFAULT 0 CHECK (points_paid >= 0),
    entry_id BIGINT,
    price JSONB NOT NULL,
    key TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    reserved_until TIMESTAMPTZ,
    reserved_by TEXT NOT NULL DEFAULT '',
    used_at TIMESTAMPTZ,
    used_order TEXT NOT NULL DEFAULT '',
    voided_at TIMESTAMPTZ,
    void_reason TEXT NOT NULL DEFAULT '' CHECK (length(void_reason) <= 500),
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, code),
    UNIQUE (programme_id, key),
    FOREIGN KEY (programme_id, reward_id) REFERENCES rewards (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id),
    CHECK ((status = 'used') = (used_at IS NOT NULL)),
    CHECK ((status = 'void') = (voided_at IS NOT NULL)),
    CHECK (status <> 'reserved' OR reserved_until IS NOT NULL),
    CHECK ((points_paid > 0) = (entry_id IS NOT NULL))
)"""

REFERRAL_POLICIES = """
CREATE TABLE referral_policies (
    programme_id BIGINT NOT NULL PRIMARY KEY REFERENCES programmes (programme_id),
    enabled BOOLEAN NOT NULL,
    referrer_points BIGINT NOT NULL DEFAULT 0 CHECK (referrer_points >= 0),
    referrer_reward_id BIGINT,
    friend_reward_id BIGINT,
    min_order_minor BIGINT NOT NULL DEFAULT 0 CHECK (min_order_minor >= 0),
    lapse_days BIGINT NOT NULL DEFAULT 180 CHECK (lapse_days BETWEEN 1 AND 3660),
    cookie_days BIGINT NOT NULL DEFAULT 7 CHECK (cookie_days BETWEEN 1 AND 366),
    version BIGINT NOT NULL DEFAULT 1
)"""

REFERRALS = """
CREATE TABLE referrals (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    referrer_id BIGINT NOT NULL,
    friend_id BIGINT,
    friend_email TEXT,
    friend_email_key TEXT,
    friend_name TEXT NOT NULL DEFAULT '' CHECK (length(friend_name) <= 240),
    status TEXT NOT NULL CHECK (status IN ('clicked', 'pending', 'completed', 'cancelled', 'reversed',
        'expired', 'blocked')),
    coupon_id BIGINT,
    order_id BIGINT,
    referrer_entry_id BIGINT,
    referrer_reward_id BIGINT,
    score BIGINT NOT NULL DEFAULT 0 CHECK (score BETWEEN 0 AND 100),
    evidence JSONB NOT NULL,
    signals JSONB NOT NULL,
    clicked_at TIMESTAMPTZ,
    claimed_at TIMESTAMPTZ,
    lapses_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    end_reason TEXT NOT NULL DEFAULT '' CHECK (length(end_reason) <= 500),
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, referrer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, coupon_id) REFERENCES issued_rewards (programme_id, id),
    FOREIGN KEY (programme_id, order_id) REFERENCES orders (programme_id, id),
    FOREIGN KEY (programme_id, referrer_entry_id) REFERENCES ledger_entries (programme_id, id),
    CHECK (friend_id IS NULL OR friend_id <> referrer_id),
    CHECK (status <> 'pending' OR (friend_email_key IS NOT NULL AND claimed_at IS NOT NULL)),
    CHECK (status <> 'completed' OR completed_at IS NOT NULL)
)"""

REVIEWS = """
CREATE TABLE reviews (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    store_id BIGINT,
    external_id TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    product_key TEXT NOT NULL CHECK (length(product_key) BETWEEN 1 AND 200),
    product_title TEXT NOT NULL DEFAULT '' CHECK (length(product_title) <= 240),
    rating BIGINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title TEXT NOT NULL DEFAULT '' CHECK (length(title) <= 240),
    body TEXT NOT NULL DEFAULT '' CHECK (length(body) <= 10000),
    has_photo BOOLEAN NOT NULL DEFAULT false,
    has_video BOOLEAN NOT NULL DEFAULT false,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'removed')),
    submitted_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, external_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((status = 'pending') = (decided_at IS NULL))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(REWARDS),
        both(ISSUED_REWARDS),
        both("CREATE INDEX issued_to ON issued_rewards (programme_id, customer_id, id)"),
        both("CREATE INDEX issued_of ON issued_rewards (programme_id, reward_id, id)"),
        both(
            "CREATE UNIQUE INDEX issued_by_entry ON issued_rewards (programme_id, entry_id)"
            " WHERE entry_id IS NOT NULL"
        ),
        both(REFERRAL_POLICIES),
        both(REFERRALS),
        both("CREATE INDEX referrals_by ON referrals (programme_id, referrer_id, id)"),
        both("CREATE INDEX referrals_status ON referrals (programme_id, status, id)"),
        both(
            "CREATE UNIQUE INDEX referrals_one_per_friend ON referrals (programme_id, friend_email_key)"
            " WHERE status IN ('pending', 'completed')"
        ),
        both(REVIEWS),
        both("CREATE INDEX reviews_by ON reviews (programme_id, customer_id, id)"),
        both("CREATE INDEX reviews_status ON reviews (programme_id, status, id)"),
    )

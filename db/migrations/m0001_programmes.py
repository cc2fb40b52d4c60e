"""Programmes and who works in them: stores, staff, sessions, one-time tokens."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0001"
DESCRIPTION = "programmes, stores, staff, sessions, login tokens"

PROGRAMMES = """
CREATE TABLE programmes (
    programme_id BIGINT NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    handle TEXT NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 60),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    unit TEXT NOT NULL DEFAULT 'points' CHECK (unit IN ('points', 'stamps')),
    unit_one TEXT NOT NULL DEFAULT 'point' CHECK (length(unit_one) BETWEEN 1 AND 40),
    unit_many TEXT NOT NULL DEFAULT 'points' CHECK (length(unit_many) BETWEEN 1 AND 40),
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    currency TEXT NOT NULL DEFAULT 'EUR' CHECK (length(currency) = 3),
    locale TEXT NOT NULL DEFAULT 'en',
    brand_colour TEXT NOT NULL DEFAULT '#0f6b7a' CHECK (length(brand_colour) = 7),
    objective TEXT NOT NULL DEFAULT '',
    guest_earning BOOLEAN NOT NULL DEFAULT false,
    platform_customers_join BOOLEAN NOT NULL DEFAULT false,
    hold_days BIGINT NOT NULL DEFAULT 14 CHECK (hold_days BETWEEN 0 AND 365),
    expiry_policy TEXT NOT NULL DEFAULT 'rolling'
        CHECK (expiry_policy IN ('none', 'rolling', 'inactivity', 'calendar')),
    expiry_months BIGINT NOT NULL DEFAULT 12 CHECK (expiry_months BETWEEN 1 AND 120),
    expiry_since TIMESTAMPTZ,
    pause_expiry_while_left BOOLEAN NOT NULL DEFAULT false,
    negative_policy TEXT NOT NULL DEFAULT 'allow' CHECK (negative_policy IN ('block', 'allow', 'clamp')),
    stamp_card_size BIGINT CHECK (stamp_card_size BETWEEN 1 AND 1000),
    point_value_micros BIGINT NOT NULL DEFAULT 0 CHECK (point_value_micros >= 0),
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL
)"""

STORES = """
CREATE TABLE stores (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    handle TEXT NOT NULL CHECK (length(handle) BETWEEN 1 AND 40),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    platform TEXT NOT NULL CHECK (platform IN ('shopify', 'woocommerce', 'pos', 'api')),
    domain TEXT,
    webhook_secret TEXT,
    previous_webhook_secret TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, handle)
)"""

STAFF = """
CREATE TABLE staff (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'service', 'analyst', 'read_only')),
    status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'removed')),
    password_hash TEXT,
    totp_secret TEXT,
    adjust_limit BIGINT CHECK (adjust_limit >= 0),
    adjust_limit_per_day BIGINT CHECK (adjust_limit_per_day >= 0),
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, email)
)"""

SESSIONS = """
CREATE TABLE sessions (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    token_hash TEXT NOT NULL CHECK (length(token_hash) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'member')),
    subject_id BIGINT NOT NULL,
    csrf_secret TEXT NOT NULL,
    flash JSONB NOT NULL,
    agent TEXT NOT NULL DEFAULT '' CHECK (length(agent) <= 200),
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, token_hash)
)"""

LOGIN_TOKENS = """
CREATE TABLE login_tokens (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    token_hash TEXT NOT NULL CHECK (length(token_hash) = 64),
    purpose TEXT NOT NULL
        CHECK (purpose IN ('staff_invite', 'staff_sign_in', 'member_sign_in', 'email_verification')),
    subject_id BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, token_hash)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(PROGRAMMES),
        both(STORES),
        both("CREATE INDEX stores_domain ON stores (platform, domain)"),
        both(STAFF),
        both("CREATE INDEX staff_email ON staff (email)"),
        both(SESSIONS),
        both("CREATE INDEX sessions_of ON sessions (programme_id, kind, subject_id)"),
        both(LOGIN_TOKENS),
    )

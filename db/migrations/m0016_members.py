"""Members signing in, and mail to them (PRODUCT L, O2)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0016"
DESCRIPTION = "mail, suppressed addresses, sign-in by code and by the shop's token, a customer's language"

MAILS = """
CREATE TABLE mails (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT,
    address TEXT NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    dedupe_key TEXT NOT NULL CHECK (length(dedupe_key) BETWEEN 1 AND 200),
    letter JSONB NOT NULL,
    after JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'unknown', 'dropped')),
    note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    good_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, dedupe_key),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((state IN ('waiting', 'sending')) = (ended_at IS NULL))
)"""

# The address is kept as its SHA-256: enough to know it again, too little to write to it.
SUPPRESSIONS = """
CREATE TABLE mail_suppressions (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    address_hash TEXT NOT NULL CHECK (length(address_hash) = 64),
    reason TEXT NOT NULL CHECK (length(reason) <= 500),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, address_hash)
)"""

# The code is stored as a hash over itself and the browser's secret, which only the browser has.
SIGN_IN_REQUESTS = """
CREATE TABLE sign_in_requests (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    browser_hash TEXT NOT NULL CHECK (length(browser_hash) = 64),
    code_hash TEXT NOT NULL CHECK (length(code_hash) = 64),
    link_hash TEXT NOT NULL CHECK (length(link_hash) = 64),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    email_key TEXT NOT NULL CHECK (length(email_key) BETWEEN 3 AND 254),
    tries BIGINT NOT NULL DEFAULT 0 CHECK (tries >= 0),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, browser_hash),
    UNIQUE (programme_id, link_hash)
)"""

SPENT_TOKENS = """
CREATE TABLE spent_tokens (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    token_hash TEXT NOT NULL CHECK (length(token_hash) = 64),
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, token_hash)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(MAILS),
        both("CREATE INDEX mails_of ON mails (programme_id, customer_id, id)"),
        both("CREATE INDEX mails_ended ON mails (programme_id, ended_at) WHERE ended_at IS NOT NULL"),
        both(SUPPRESSIONS),
        both(SIGN_IN_REQUESTS),
        both("CREATE INDEX sign_in_requests_of ON sign_in_requests (programme_id, email_key)"),
        both("CREATE INDEX sign_in_requests_old ON sign_in_requests (programme_id, expires_at)"),
        both(SPENT_TOKENS),
        both("CREATE INDEX spent_tokens_old ON spent_tokens (programme_id, expires_at)"),
        both("ALTER TABLE customers ADD COLUMN language TEXT CHECK (length(language) BETWEEN 2 AND 16)"),
    )

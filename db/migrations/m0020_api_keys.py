"""Keys of the REST API, and answers kept for requests that are sent again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0020"
DESCRIPTION = "api keys, kept answers"

API_KEYS = """
CREATE TABLE api_keys (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    key_hash TEXT NOT NULL CHECK (length(key_hash) = 64),
    hint TEXT NOT NULL CHECK (length(hint) BETWEEN 4 AND 12),
    scopes JSONB NOT NULL,
    store_id BIGINT,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key_hash),
    FOREIGN KEY (programme_id, store_id) REFERENCES stores (programme_id, id)
)"""

API_ANSWERS = """
CREATE TABLE api_answers (
    programme_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    asked TEXT NOT NULL CHECK (length(asked) = 64),
    status BIGINT NOT NULL CHECK (status BETWEEN 200 AND 299),
    body JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, key_id, idempotency_key),
    FOREIGN KEY (programme_id, key_id) REFERENCES api_keys (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(API_KEYS),
        both(API_ANSWERS),
        both("CREATE INDEX api_answers_age ON api_answers (programme_id, created_at)"),
    )

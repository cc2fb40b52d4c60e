"""What signing in and signed deliveries need: tries to count, where a session is from, ways to look up."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0007"
DESCRIPTION = "sign-in attempts, the address of a session, lookups by uid and by dedupe key"

# Before somebody is signed in there is no programme: their tries are programme 0's.
SIGN_IN_ATTEMPTS = """
CREATE TABLE sign_in_attempts (
    programme_id BIGINT NOT NULL DEFAULT 0,
    id BIGINT NOT NULL,
    key_hash TEXT NOT NULL CHECK (length(key_hash) = 64),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(SIGN_IN_ATTEMPTS),
        both("CREATE INDEX sign_in_attempts_of ON sign_in_attempts (programme_id, key_hash, at)"),
        both("ALTER TABLE sessions ADD COLUMN ip TEXT NOT NULL DEFAULT '' CHECK (length(ip) <= 45)"),
        both("CREATE INDEX stores_uid ON stores (uid)"),
        both(
            "CREATE INDEX jobs_by_dedupe_key ON jobs (programme_id, dedupe_key) WHERE dedupe_key IS NOT NULL"
        ),
    )

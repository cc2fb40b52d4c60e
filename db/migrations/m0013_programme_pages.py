"""What the programme's pages keep: drafts that are looked at before they hold, the logo, the objective's metric."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0013"
DESCRIPTION = "drafts of tiers and policies; logos; the objective's metric"

DRAFTS = """
CREATE TABLE drafts (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tiers', 'policies')),
    body JSONB NOT NULL,
    base TEXT NOT NULL,
    actor_name TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid)
)"""

LOGOS = """
CREATE TABLE logos (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    media TEXT NOT NULL CHECK (media IN ('image/png', 'image/jpeg', 'image/webp')),
    width BIGINT NOT NULL CHECK (width BETWEEN 1 AND 4096),
    height BIGINT NOT NULL CHECK (height BETWEEN 1 AND 4096),
    body BYTEA NOT NULL CHECK (length(body) BETWEEN 1 AND 524288),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, digest)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(DRAFTS),
        both(LOGOS),
        both(
            "ALTER TABLE programmes ADD COLUMN objective_metric TEXT NOT NULL DEFAULT 'returning'"
            " CHECK (objective_metric IN ('returning', 'redeemed', 'joined'))"
        ),
        both("ALTER TABLE programmes ADD COLUMN logo_digest TEXT"),
    )

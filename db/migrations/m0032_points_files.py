"""Points by file are a batch: whose file it was, what it says of each person, what it gave and took."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, widen

ID = "0032"
DESCRIPTION = "batches that post points from a file"

KINDS = "'tag', 'untag', 'adjust', 'exclude', 'list'"


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        *widen("batches", "kind", KINDS, "'points'"),
        both(
            "ALTER TABLE batches ADD COLUMN actor_kind TEXT NOT NULL DEFAULT 'staff'"
            " CHECK (actor_kind IN ('staff', 'system'))"
        ),
        both("ALTER TABLE batches ADD COLUMN digest TEXT CHECK (length(digest) = 64)"),
        both("ALTER TABLE batches ADD COLUMN added BIGINT NOT NULL DEFAULT 0 CHECK (added >= 0)"),
        both("ALTER TABLE batches ADD COLUMN taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0)"),
        both("ALTER TABLE batch_people ADD COLUMN asked JSONB"),
        both("CREATE INDEX batches_by_file ON batches (programme_id, digest, id) WHERE digest IS NOT NULL"),
    )

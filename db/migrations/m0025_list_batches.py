"""Putting many people on a list is one of the things done to many at once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, widen

ID = "0025"
DESCRIPTION = "batches that put people on a list"

KINDS = "'tag', 'untag', 'adjust', 'exclude'"


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        *widen("batches", "kind", KINDS, "'list'"),
        # It only makes other connections read the schema again, as `widen` asks for.
        both("CREATE INDEX batches_reread ON batches (programme_id, kind)"),
        both("DROP INDEX batches_reread"),
    )

"""Rewards and price cuts that are for the people of some segments."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0023"
DESCRIPTION = "rewards and price cuts for segments"


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        # Ids, as in the versions of earning rules; no segment is ever deleted, so none of them dangles.
        both("ALTER TABLE rewards ADD COLUMN segment_ids JSONB NOT NULL DEFAULT '[]'"),
        both("ALTER TABLE price_cuts ADD COLUMN segment_ids JSONB NOT NULL DEFAULT '[]'"),
    )

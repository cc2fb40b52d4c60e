"""How many customers of each type there are is counted in an index alone (PRODUCT B1)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0036"
DESCRIPTION = "customers counted by type"


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("CREATE INDEX customers_counted ON customers (programme_id, type) WHERE merged_into IS NULL"),
    )

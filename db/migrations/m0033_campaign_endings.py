"""What campaigns gave can be found by campaign, and ended for many at once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, widen

ID = "0033"
DESCRIPTION = "multipliers and rewards by their campaign, and batches that end what one gave"

KINDS = "'tag', 'untag', 'adjust', 'exclude', 'list', 'points'"

# Both keep under which campaign's key they were given: “campaign:<uid>:<customer>”, a uid has 22 characters.
GIVEN = """UPDATE {table} SET campaign_id = (SELECT c.id FROM campaigns c
      WHERE c.programme_id = {table}.programme_id AND c.uid = substr({table}.key, 10, 22))
    WHERE source = 'campaign'"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        *widen("batches", "kind", KINDS, "'end_offers'"),
        *(
            step
            for table in ("multipliers", "issued_rewards")
            for step in (
                both(f"ALTER TABLE {table} ADD COLUMN campaign_id BIGINT"),
                both(GIVEN.format(table=table)),
                both(
                    f"CREATE INDEX {table}_of_campaign ON {table} (programme_id, campaign_id, customer_id)"
                    " WHERE campaign_id IS NOT NULL"
                ),
            )
        ),
    )

"""What the customers list filters and sorts by, beside its search and its usual order."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0010"
DESCRIPTION = "indexes for the customers list's filters and orders"


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("CREATE INDEX customers_joined ON customers (programme_id, joined_at, id)"),
        both("CREATE INDEX customers_spent ON customers (programme_id, spend_minor, id)"),
        # The folded text begins with the name, so accents and capitals don't part what belongs together.
        both("CREATE INDEX customers_by_name ON customers (programme_id, search, id)"),
        both("CREATE INDEX accounts_by_balance ON accounts (programme_id, balance, customer_id)"),
    )

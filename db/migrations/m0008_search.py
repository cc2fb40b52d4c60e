"""Finding people by any part of what is known of them, and what the lists filter and add up by.

Full-text search is an index beside the folded text in `customers.search`. On PostgreSQL it needs the
extensions pg_trgm and btree_gin; where they are missing or not permitted there is no index, and the
same LIKE gives the same answer by reading. SQLite's stands on an FTS5 table kept by triggers; its
rows carry the customer's id, because an implicit rowid may change under VACUUM.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, postgres, sqlite

ID = "0008"
DESCRIPTION = "search over customers; indexes for lists and their sums"

TRIGRAMS = """
CREATE VIRTUAL TABLE customers_search
USING fts5 (search, content='customers', content_rowid='id', tokenize='trigram', columnsize=0)"""

KNOWN = "INSERT INTO customers_search (customers_search) VALUES ('rebuild')"
INSERTED = """
CREATE TRIGGER customers_search_insert AFTER INSERT ON customers BEGIN
    INSERT INTO customers_search (rowid, search) VALUES (NEW.id, NEW.search);
END"""
UPDATED = """
CREATE TRIGGER customers_search_update AFTER UPDATE OF search ON customers WHEN OLD.search <> NEW.search BEGIN
    INSERT INTO customers_search (customers_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
    INSERT INTO customers_search (rowid, search) VALUES (NEW.id, NEW.search);
END"""
DELETED = """
CREATE TRIGGER customers_search_delete AFTER DELETE ON customers BEGIN
    INSERT INTO customers_search (customers_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
END"""

# A block with EXCEPTION is a savepoint: what is refused leaves the migration's transaction whole.
GIN = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE EXTENSION IF NOT EXISTS btree_gin;
    CREATE INDEX customers_search ON customers USING gin (programme_id, search gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'Customers are searched without an index: %', SQLERRM;
END $$"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        sqlite(TRIGRAMS),
        sqlite(KNOWN),
        sqlite(INSERTED),
        sqlite(UPDATED),
        sqlite(DELETED),
        postgres(GIN),
        both("CREATE INDEX identities_by_external_id ON customer_identities (programme_id, external_id)"),
        both("CREATE INDEX orders_by_name ON orders (programme_id, name)"),
        both("CREATE INDEX lots_of ON lots (programme_id, customer_id, id)"),
        both("DROP INDEX entries_by_kind"),
        both("CREATE INDEX entries_by_kind ON ledger_entries (programme_id, kind, id, points, customer_id)"),
    )

"""The schema a database really has, in words that are the same for both engines."""

from collections import defaultdict
from dataclasses import dataclass

from db.engine import Database, Mode

FAMILIES = {
    "bigint": "int",
    "integer": "int",
    "text": "text",
    "varchar": "text",
    "character varying": "text",
    "boolean": "bool",
    "timestamptz": "moment",
    "timestamp with time zone": "moment",
    "date": "date",
    "json": "json",
    "jsonb": "json",
    "bytea": "bytes",
    "blob": "bytes",
}

_SQLITE_COLUMNS = """
    SELECT m.name AS "table", c.name AS "column", lower(c.type) AS type, c."notnull" = 0 AND c.pk = 0 AS empty
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"""
_POSTGRES_COLUMNS = """
    SELECT table_name AS "table", column_name AS "column", data_type AS type, is_nullable = 'YES' AS empty
    FROM information_schema.columns WHERE table_schema = 'public'"""
_SQLITE_INDEXES = """
    SELECT m.name AS "table", i.name AS name, c.name AS "column"
    FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
    WHERE m.type = 'table' AND c.seqno = 0"""
_POSTGRES_INDEXES = """
    SELECT t.relname AS "table", i.relname AS name, a.attname AS "column"
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]"""

# The bookkeeping of Piccolo, SQLite and its full-text search aren't ours.
_FOREIGN = ("migration", "sqlite_")


@dataclass(frozen=True, slots=True)
class Column:
    family: str
    nullable: bool


async def columns(database: Database) -> dict[str, dict[str, Column]]:
    """Columns by table and name."""
    sql = _SQLITE_COLUMNS if database.engine_type == "sqlite" else _POSTGRES_COLUMNS
    found: defaultdict[str, dict[str, Column]] = defaultdict(dict)
    for row in await database.execute(sql, (), Mode.READ):
        if is_ours(row["table"]):
            family = FAMILIES.get(row["type"], row["type"])
            found[row["table"]][row["column"]] = Column(family, bool(row["empty"]))
    return dict(found)


async def indexes(database: Database) -> list[tuple[str, str, str | None]]:
    """Table, index and first column (None: an expression) of every index, keys included."""
    sql = _SQLITE_INDEXES if database.engine_type == "sqlite" else _POSTGRES_INDEXES
    rows = await database.execute(sql, (), Mode.READ)
    return [(row["table"], row["name"], row["column"]) for row in rows if is_ours(row["table"])]


def is_ours(table: str) -> bool:
    return not table.startswith(_FOREIGN) and "_search" not in table

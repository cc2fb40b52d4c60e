"""The migrated schema is what the Table classes say, and every key begins with the programme."""

from piccolo.table import Table

from db.engine import Database
from db.piccolo_app import table_classes
from tests.house.schema import FAMILIES, Column, columns, indexes

# A request that doesn't know its programme yet has to find it by something else …
FINDS_THE_PROGRAMME = {"programmes", "stores_domain", "stores_uid", "staff_email"}
# … and the worker takes what is due from all of them.
TAKES_WORK = {"jobs_ready", "jobs_urgent", "jobs_leased"}


def described(table: type[Table]) -> dict[str, Column]:
    return {
        column._meta.db_column_name: Column(
            FAMILIES.get(column.column_type.lower().split("(")[0], column.column_type),
            column._meta.null,
        )
        for column in table._meta.columns
    }


async def test_table_classes_are_the_real_schema(db: Database) -> None:
    classes = {table._meta.tablename: described(table) for table in table_classes()}
    real = await columns(db)
    assert sorted(classes) == sorted(real)
    for table, expected in classes.items():
        assert real[table] == expected, table


async def test_every_key_and_index_begins_with_the_programme(db: Database) -> None:
    strangers = [
        f"{table}: {name} begins with {column}"
        for table, name, column in await indexes(db)
        if column != "programme_id" and not {table, name} & (FINDS_THE_PROGRAMME | TAKES_WORK)
    ]
    assert strangers == [], strangers

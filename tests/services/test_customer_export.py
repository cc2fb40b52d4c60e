"""The customers list as a file: exactly what the filter lets through."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from db.engine import insert_many, loads, one, run
from db.enums import CustomerType
from loyalty import clock
from loyalty.customers import export
from loyalty.customers.filters import CustomerFilter, Sort
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.services import many


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.at(START + timedelta(days=10)):
        yield


async def taken(cast: Cast, wanted: CustomerFilter) -> list[dict[str, str]]:
    pieces = [piece async for piece in await export.csv(cast.programme_id, wanted, by=cast.mara)]
    text = "".join(pieces)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_the_file_holds_everybody_of_this_programme_in_the_lists_order(cast: Cast) -> None:
    rows = await taken(cast, CustomerFilter(sort=Sort.NAME))
    assert [row["First name"] for row in rows] == ["Ines", "Olu", "Pia", "Rex"]


async def test_the_file_holds_exactly_what_the_filter_lets_through(cast: Cast) -> None:
    await many.customers(cast.programme_id, 2_100)
    assert len(await taken(cast, CustomerFilter(q="doe", least=0))) == 2_100
    assert await taken(cast, CustomerFilter(type=CustomerType.LEFT, least=5)) == []
    left = await taken(cast, CustomerFilter(type=CustomerType.LEFT, q="pia"))
    assert [row["Customer id"] for row in left] == [cast.pia.uid]


async def test_a_row_says_what_the_list_says(cast: Cast) -> None:
    gold = await factories.tier(cast.programme_id, "Gold", rank=20, threshold=200)
    await many.stands_in(cast.ines, gold.id)
    await factories.give(cast.ines, 120)
    tags = [(cast.programme_id, cast.ines.id, tag) for tag in ("wholesale", "berlin")]
    await insert_many("customer_tags", ("programme_id", "customer_id", "tag"), tags)
    await run(
        "UPDATE customers SET spend_minor = 1250, order_count = 2 WHERE programme_id = {} AND id = {}",
        cast.programme_id,
        cast.ines.id,
    )
    (row,) = await taken(cast, CustomerFilter(q="ines"))
    assert (row["Tier"], row["Available"], row["Spent"], row["Currency"]) == ("Gold", "120", "12.50", "EUR")
    assert (row["Orders"], row["Tags"], row["Type"]) == ("2", "berlin; wholesale", "member")


async def test_a_guests_waiting_points_are_in_no_column(cast: Cast) -> None:
    await factories.give(cast.olu, 40)
    (row,) = await taken(cast, CustomerFilter(q="olu"))
    assert row["Available"] == ""


async def test_no_cell_is_a_formula(cast: Cast) -> None:
    await run(
        "UPDATE customers SET first_name = {}, phone = {} WHERE programme_id = {} AND id = {}",
        '=HYPERLINK("http://evil")',
        "+34 600 123 456",
        cast.programme_id,
        cast.ines.id,
    )
    await insert_many(
        "customer_tags", ("programme_id", "customer_id", "tag"), [(cast.programme_id, cast.ines.id, "@sum")]
    )
    (row,) = await taken(cast, CustomerFilter(tag="@sum"))
    assert (row["First name"], row["Phone"], row["Tags"]) == (
        '\'=HYPERLINK("http://evil")',
        "'+34 600 123 456",
        "'@sum",
    )


async def test_taking_the_list_away_is_recorded_without_what_was_searched_for(cast: Cast) -> None:
    await taken(cast, CustomerFilter(q="ines@example.org", least=5))
    action = await one(
        "SELECT sentence, after, actor_name FROM actions WHERE programme_id = {} AND verb = {}",
        cast.programme_id,
        "customers.exported",
    )
    assert action is not None
    assert (action["sentence"], action["actor_name"]) == ("A part of the customers list was exported", "Mara")
    assert loads(action["after"]) == {"filters": ["q", "least"]}

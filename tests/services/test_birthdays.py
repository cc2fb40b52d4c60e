"""Points on a birthday: once a year, for members, whoever forgot to be up that night. PRODUCT B4, I1."""

from datetime import UTC, datetime, timedelta

from db.engine import run, value
from loyalty import clock
from loyalty.earning import birthdays
from loyalty.ledger.balances import balance
from loyalty.members.ways import ways
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person

MORNING = datetime(2027, 2, 28, 8, tzinfo=UTC)


async def born(person: Person, month: int, day: int) -> None:
    await run(
        "UPDATE customers SET birth_month = {}, birth_day = {} WHERE programme_id = {} AND id = {}",
        month,
        day,
        person.programme_id,
        person.id,
    )


async def points_of(person: Person) -> int:
    return (await balance(person.programme_id, person.id)).available


async def test_members_get_their_birthday_points_once_a_year(cast: Cast) -> None:
    for person, month, day in ((cast.ines, 2, 29), (cast.rex, 2, 27), (cast.pia, 2, 28), (cast.olu, 2, 28)):
        await born(person, month, day)
    assert await birthdays.give(1) == 0
    await factories.earning_rule(1, "birthday", 100)
    with clock.at(MORNING):
        assert await birthdays.give(1) == 2
        assert await birthdays.give(1) == 0
        assert [await points_of(who) for who in (cast.ines, cast.rex, cast.pia, cast.olu)] == [100, 100, 0, 0]
    with clock.at(MORNING + timedelta(days=3)):
        assert await birthdays.give(1) == 0
    with clock.at(MORNING.replace(year=2028)):
        assert await birthdays.give(1) == 1
        assert await points_of(cast.rex) == 200
    said = await value(
        "SELECT sentence FROM actions WHERE programme_id = 1 AND customer_id = {} AND verb = {}",
        cast.ines.id,
        birthdays.GIVEN,
    )
    assert said == "{customer} got points for their birthday"


async def test_nobody_gets_points_for_a_birthday_before_they_joined(cast: Cast) -> None:
    await factories.earning_rule(1, "birthday", 100)
    late = await factories.customer(1, "Kim Late", at=MORNING)
    await born(late, 2, 26)
    with clock.at(MORNING + timedelta(minutes=1)):
        assert await birthdays.give(1) == 0


async def test_what_nothing_tells_of_is_no_way_to_earn(cast: Cast) -> None:
    await factories.earning_rule(1, "birthday", 100)
    await factories.earning_rule(1, "visit", 5)
    found = await ways(1, "UTC", START, ordered=False, tier_id=None, segments=frozenset())
    assert [each.name for each in found] == ["birthday points"]

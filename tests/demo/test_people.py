"""The thousand, before anybody has bought anything."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from loyalty.demo.almanac import DAYS, Almanac
from loyalty.demo.people import thousand
from loyalty.demo.play import script

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def test_the_same_thousand_people_come_every_time() -> None:
    assert thousand(Almanac.ending(NOW)) == thousand(Almanac.ending(NOW))


def test_another_day_changes_their_dates_and_nobodys_name() -> None:
    today, later = thousand(Almanac.ending(NOW)), thousand(Almanac.ending(NOW + timedelta(days=90)))
    assert [(person.name, person.email) for person in today] == [
        (person.name, person.email) for person in later
    ]


def test_nobody_can_be_reached_outside_the_story() -> None:
    people = thousand(Almanac.ending(NOW))
    assert all(re.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)", person.email) for person in people)
    assert all(re.fullmatch(r"\+1 \d{3} 555 01\d\d", person.phone) for person in people if person.phone)
    assert len({person.email for person in people}) == len(people)


def test_a_few_come_all_the_time_and_most_now_and_then() -> None:
    gaps = [person.habit.gap_days for person in thousand(Almanac.ending(NOW))]
    assert 15 <= gaps.count(4) <= 50 < gaps.count(11) < gaps.count(42)


def test_names_come_from_many_places() -> None:
    assert len({person.last_name for person in thousand(Almanac.ending(NOW))}) > 130


@pytest.mark.parametrize("day", ["2026-11-21", "2027-03-14", "2028-02-29", "2027-01-01"])
def test_scenes_follow_one_another_from_the_opening_to_the_end(day: str) -> None:
    almanac = Almanac.ending(datetime.fromisoformat(f"{day}T17:30+00:00"))
    moments = [scene.at for scene in script(almanac, customers=200)]
    assert moments == sorted(moments)
    assert almanac.until - timedelta(days=DAYS + 1) < moments[0]
    assert moments[-1] <= almanac.until

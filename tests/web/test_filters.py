from datetime import UTC, date, datetime

import pytest

from web.filters import Formats, hue, initials, spark

NOW = datetime(2026, 9, 20, 22, 30, tzinfo=UTC)
BERLIN = Formats("en_GB", "Europe/Berlin", "EUR", "point", "points", NOW)


def test_numbers_are_grouped_and_carry_a_real_minus() -> None:
    assert BERLIN.num(2480) == "2,480"
    assert BERLIN.signed(-500) == "−500"
    assert BERLIN.signed(63) == "+63"
    assert BERLIN.signed(0) == "0"


def test_money_is_exact_in_every_currency() -> None:
    assert BERLIN.money(148620) == "€1,486.20"
    assert BERLIN.money(-1) == "−€0.01"
    assert BERLIN.money(1200, "JPY") == "JP¥1,200"
    assert Formats("de", "UTC", "EUR", "Punkt", "Punkte", NOW).money(148620) == "1.486,20\xa0€"


def test_multipliers_read_as_people_say_them() -> None:
    assert [BERLIN.times(percent) for percent in (100, 150, 125, 200, 105)] == [
        "×1",
        "×1.5",
        "×1.25",
        "×2",
        "×1.05",
    ]
    assert Formats("de", "UTC", "EUR", "Punkt", "Punkte", NOW).times(150) == "×1,5"


def test_days_are_the_programmes_days() -> None:
    after_midnight_there = datetime(2026, 9, 20, 22, 10, tzinfo=UTC)
    assert BERLIN.day(after_midnight_there) == "Today"
    assert BERLIN.day(datetime(2026, 9, 20, 21, 50, tzinfo=UTC)) == "Yesterday"
    assert BERLIN.day(date(2026, 3, 4)) == "4 Mar"
    assert BERLIN.day(date(2025, 3, 4)) == "4 Mar 2025"
    assert BERLIN.clock(after_midnight_there) == "00:10"


def test_a_birthday_on_29_february_needs_no_year() -> None:
    assert BERLIN.birthday(2, 29, None) == "29 February"
    assert BERLIN.birthday(12, 9, 1991) == "9 December 1991"


def test_a_spark_line_stays_in_its_box() -> None:
    assert spark((0, 10), 20, 60) == "M0,56.0V56.0H10.0V4.0H20.0"
    assert spark((5, 5), 20, 60) == "M0,4.0V4.0H10.0V4.0H20.0"
    assert spark((0, 0), 20, 60) == "M0,56.0V56.0H10.0V56.0H20.0"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ines Alvarez", "IA"),
        ("olu", "O"),
        ("ana maria de la cruz", "AC"),
        ("mara@example.com", "ME"),
        ("", ""),
        ("(x) ", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_keeps_their_hue() -> None:
    assert hue("uid") == hue("uid")
    assert 0 <= hue("") < 12

"""The totals kept beside the ledger: what any days add up to, however late an entry is written. PRODUCT D2."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from db.engine import Database, insert_many, one, run, value, watched
from db.enums import EntryKind
from db.ids import new_id, new_uid
from db.migrations import m0034_entry_totals as migration
from loyalty import clock
from loyalty.activities import matching, points
from loyalty.activities.filters import PointsFilter, Span
from loyalty.activities.matching import ids_of
from loyalty.activities.views import PointsList
from loyalty.jobs.worker import Worker
from loyalty.ledger import counting, totals
from loyalty.ledger.verifying import verify
from loyalty.rules.days import ZONES, day_start
from tests import factories
from tests.cast import Cast, assemble
from tests.factories import START

DAY = timedelta(days=1)
EVER = PointsFilter(span=Span.ALL)
SUMS = dict[str, tuple[int, int, int]]


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    with clock.at(START + 10 * DAY):
        yield await assemble()


def head(found: PointsList) -> tuple[int, int, int]:
    return found.found.value, found.totals.credited, found.totals.debited


async def waiting() -> int:
    return int(await value("SELECT count(*) FROM uncounted_entries WHERE programme_id = {}", 1))


async def wrong() -> set[str]:
    """The broken invariants about totals."""
    about = {"totals_hold_every_entry", "longer_totals_are_sums"}
    return {finding.name for finding in await verify(1)} & about


@pytest.mark.parametrize(
    "of", [(0, 0), (3, 3), (1, 2), (95, 97), (96, 192), (5, 2_880), (7, 9_001), (0, 8_640)]
)
def test_days_are_made_of_the_largest_stretches_that_fit(of: tuple[int, int]) -> None:
    stretches = [each for each in totals.stretches_of(*of) if each[1] < each[2]]
    held = [quarter for _, start, end in stretches for quarter in range(start, end)]
    assert sorted(held) == list(range(*of))
    assert all(start % size == end % size == 0 for size, start, end in stretches)
    assert sum((end - start) // size for size, start, end in stretches if size < 2_880) < 2 * (3 + 23 + 29)


def test_days_of_every_zone_begin_with_a_quarter_of_an_hour() -> None:
    days = [date(year, month, 1) for year in range(1991, 2059, 3) for month in (1, 7)]
    begun = {day_start(day, ZoneInfo(name)).time() for name in ZONES for day in days}
    assert {(at.minute % 15, at.second, at.microsecond) for at in begun} == {(0, 0, 0)}


async def test_totals_are_what_the_entries_of_any_days_add_up_to(cast: Cast) -> None:
    chance = random.Random(7)
    entries = [await some_entries(cast, chance, 150) for _ in range(4)]
    await verify_any_days(cast, chance, [each for part in entries for each in part])


async def some_entries(cast: Cast, chance: random.Random, many: int) -> list[tuple[int, str, int]]:
    """Entries of four years past and one to come, newest last or not, written at once; the first half is counted."""
    made, rows = [], []
    seq = int(await value("SELECT coalesce(max(seq), 0) FROM ledger_entries WHERE programme_id = {}", 1))
    for number in range(many):
        at = START + timedelta(seconds=chance.randrange(-4 * 365 * 86_400, 365 * 86_400, 450))
        kind = chance.choice([EntryKind.EARN_ORDER, EntryKind.REDEEM, EntryKind.ADJUST, EntryKind.UNDO])
        size = chance.randrange(1, 500)
        signed = {EntryKind.EARN_ORDER: size, EntryKind.REDEEM: -size}.get(kind, chance.choice([size, -size]))
        made.append((new_id(at), kind.value, signed))
        rows.append(
            (
                cast.programme_id, made[-1][0], new_uid(), cast.ines.id, seq + number + 1, kind.value, signed, 0, at,
                at, "{}", "system", "", new_uid(), "0" * 64,
            )
        )  # fmt: skip
    columns = (
        "programme_id", "id", "uid", "customer_id", "seq", "kind", "points", "balance_after", "effective_at",
        "recorded_at", "breakdown", "actor_kind", "actor_name", "key", "fingerprint",
    )  # fmt: skip
    await insert_many("ledger_entries", columns, rows[: many // 2])
    await counting.count(cast.programme_id)
    await insert_many("ledger_entries", columns, rows[many // 2 :])
    return made


async def verify_any_days(cast: Cast, chance: random.Random, entries: list[tuple[int, str, int]]) -> None:
    zones = [
        ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns")
    ]
    spans = []
    for _ in range(15):
        since = (START - chance.randrange(1_500) * DAY).date()
        spans.append(
            ids_of(since, since + chance.choice([0, 1, 6, 29, 364, 1_600]) * DAY, chance.choice(zones))
        )
    spans.append(ids_of(None, START.date(), zones[0]))
    for again in range(2):
        found = await totals.by_kind(cast.programme_id, *spans)
        for place, (first, last) in enumerate(spans):
            assert {row["kind"]: sums(row) for row in found if row["span"] == place} == expected(
                entries, first, last
            )
        assert await wrong() == set()
        await (counting.recount if again else counting.count)(cast.programme_id)
    assert await wrong() == set()


def sums(row: dict[str, int]) -> tuple[int, int, int]:
    return row["entries"], row["credited"], row["debited"]


def expected(entries: list[tuple[int, str, int]], first: int, last: int) -> SUMS:
    found: SUMS = {}
    for id_, kind, signed in entries:
        if first <= id_ < last:
            many, credited, debited = found.get(kind, (0, 0, 0))
            found[kind] = many + 1, credited + max(signed, 0), debited + min(signed, 0)
    return found


async def test_an_entry_of_long_ago_is_seen_at_once_and_counted_by_the_worker(cast: Cast) -> None:
    await factories.give(cast.ines, 100, at=START)
    await Worker()._upkeep()
    await factories.give(cast.rex, 7, at=START - 900 * DAY)
    assert await waiting() == 1
    for counted in range(2):
        with watched() as seen:
            assert head(await points.points(1, EVER)) == (2, 107, 0)
        assert len(seen) == 3
        long_ago = PointsFilter(span=Span.CUSTOM, since=date(2023, 1, 1), until=date(2024, 1, 1))
        assert head(await points.points(1, long_ago)) == (1, 7, 0)
        assert head(await points.points(1, PointsFilter())) == (1, 100, 0)
        if not counted:
            await Worker()._upkeep()
    assert await waiting() == 0
    assert await wrong() == set()
    assert head(await points.points(cast.other_programme_id, EVER)) == (0, 0, 0)


async def test_what_is_posted_while_others_count_and_recount_is_counted_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "TURNS", 2)
    people = [cast.ines, cast.rex, cast.pia]
    await asyncio.gather(
        *(
            factories.give(person, 5, at=START - number * 40 * DAY)
            for person in people
            for number in range(4)
        ),
        *(counting.count_waiting() for _ in range(3)),
        counting.recount(1),
    )
    assert head(await points.points(1, EVER)) == (12, 60, 0)
    assert await wrong() == set()
    await counting.count_waiting()
    assert (await waiting(), await wrong()) == (0, set())


async def test_a_recount_mends_what_is_wrong_and_forgets_what_never_was(cast: Cast) -> None:
    for number in range(3):
        await factories.give(cast.ines, 5, at=START + number * 40 * DAY)
    await counting.count(1)
    await run("UPDATE entry_totals SET credited = credited + 1 WHERE programme_id = {}", 1)
    stray = "INSERT INTO entry_totals (programme_id, size, start, kind, entries, credited, debited)"
    for size in totals.SIZES:
        await run(stray + " VALUES ({}, {}, {}, 'import', 1, 1, 0)", 1, size, 2_880 * size)
    assert await wrong() == {"totals_hold_every_entry", "longer_totals_are_sums"}
    await counting.recount(1)
    assert await verify() == []
    await run("DELETE FROM entry_totals WHERE programme_id = {}", 1)
    await counting.recount(cast.other_programme_id)
    assert await wrong() == {"totals_hold_every_entry"}
    await counting.recount(1)
    assert await verify() == []


async def test_a_ledger_that_was_there_before_its_totals_is_counted_by_the_upgrade(cast: Cast) -> None:
    for number in range(3):
        await factories.give(cast.ines, 5, at=START + number * 40 * DAY)
    await run("DELETE FROM uncounted_entries WHERE programme_id = {}", 1)
    assert await wrong() == {"totals_hold_every_entry"}
    for step in (await migration.forwards()).steps:
        if step.text.startswith("\nINSERT"):
            await run(step.text)
    assert await verify() == []


async def test_where_days_begin_at_another_minute_the_entries_themselves_are_added_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = timezone(timedelta(minutes=20))
    midnight = datetime(2026, 3, 4, tzinfo=odd)
    for number, at in enumerate((midnight - timedelta(milliseconds=1), midnight, midnight + DAY)):
        await factories.give(cast.ines, number + 1, at=at.astimezone(UTC))
    monkeypatch.setattr(matching, "zone", lambda name: odd)
    day = PointsFilter(span=Span.CUSTOM, since=midnight.date(), until=midnight.date())
    assert head(await points.points(1, day)) == (1, 2, 0)


async def test_an_entry_and_its_place_in_the_totals_are_written_or_not_together(cast: Cast) -> None:
    await factories.give(cast.ines, 5)
    entry = await one("SELECT id, kind, points FROM ledger_entries WHERE programme_id = {}", 1)
    assert entry == await one("SELECT id, kind, points FROM uncounted_entries WHERE programme_id = {}", 1)

"""Activities → Points, one customer's history, and the same as a file."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import atomic, run, watched
from db.enums import EntryKind
from loyalty import clock
from loyalty.activities import points
from loyalty.activities.filters import PointsFilter, PointsKind, Span
from loyalty.activities.history import activity
from loyalty.activities.kinds import KINDS
from loyalty.activities.reasons import why
from loyalty.activities.views import PointsList
from loyalty.customers import search
from loyalty.customers.views import Tally
from loyalty.errors import NotFound
from loyalty.ledger import undoing
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person
from tests.services import many

DAY = timedelta(days=1)
MONTH, ALL = PointsFilter(), PointsFilter(span=Span.ALL)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.at(START + 10 * DAY):
        yield


async def earn(person: Person, points: int, *, at: datetime = START, **more: object) -> int:
    async with atomic():
        account = await locked(person.programme_id, person.id)
        made = f"{person.uid}-{points}-{at.isoformat()}"
        posting = Posting(kind=EntryKind.BONUS, points=points, key=made, effective_at=at, **more)
        return (await credit(account, posting)).id


def shown(found: PointsList) -> list[tuple[str, int]]:
    return [(row.name, row.entry.points) for row in found.rows]


def test_every_kind_of_entry_is_behind_exactly_one_word_of_the_bar() -> None:
    assert sorted(kind for kinds in KINDS.values() for kind in kinds) == sorted(EntryKind)


async def test_the_newest_entry_comes_first_whoevers_it_is(cast: Cast) -> None:
    await earn(cast.ines, 10)
    await earn(cast.rex, 20, at=START + 2 * DAY)
    await factories.give(cast.ines, -5, at=START + 3 * DAY)
    found = await points.points(cast.programme_id, MONTH)
    assert shown(found) == [("Ines Okafor", -5), ("Rex Moreau", 20), ("Ines Okafor", 10)]
    assert found.rows[0].customer_uid == cast.ines.uid


async def test_what_is_recorded_late_stands_where_it_happened(cast: Cast) -> None:
    await earn(cast.ines, 20, at=START + 2 * DAY)
    await earn(cast.ines, 10, at=START - DAY)
    assert [row.entry.points for row in (await points.points(cast.programme_id, MONTH)).rows] == [20, 10]
    assert [(row.points, row.balance) for row in (await activity(cast.programme_id, cast.ines.uid)).rows] == [
        (20, 30),
        (10, 10),
    ]


async def test_counts_and_sums_cover_the_whole_filter_and_not_only_the_page(cast: Cast) -> None:
    for number in range(60):
        await earn(cast.ines, 10, at=START + timedelta(minutes=number))
    await factories.give(cast.ines, -40, at=START + DAY)
    found = await points.points(cast.programme_id, MONTH)
    assert (len(found.rows), found.found, found.everything) == (50, Tally(61), Tally(61))
    assert (found.totals.credited, found.totals.debited, found.totals.net) == (600, -40, 560)
    assert found.by_kind[PointsKind.EARNED] == Tally(60)
    only = await points.points(cast.programme_id, PointsFilter(kind=PointsKind.ADJUSTED))
    assert (shown(only), only.found, only.everything) == ([("Ines Okafor", -40)], Tally(1), Tally(61))
    assert (only.totals.credited, only.totals.net) == (0, -40)


@pytest.mark.parametrize("kind", [None, PointsKind.EARNED])
async def test_pages_turn_forwards_and_back(cast: Cast, kind: PointsKind | None) -> None:
    for number in range(120):
        await earn(cast.ines, number + 1, at=START + timedelta(minutes=number))
    wanted = PointsFilter(kind=kind)
    first = await points.points(cast.programme_id, wanted)
    second = await points.points(cast.programme_id, wanted, first.next)
    third = await points.points(cast.programme_id, wanted, second.next)
    read = [row.entry.points for page in (first, second, third) for row in page.rows]
    assert read == list(range(120, 0, -1))
    back = await points.points(cast.programme_id, wanted, third.previous)
    assert (back.rows, third.next, first.previous) == (second.rows, None, None)


async def test_the_last_30_days_are_today_and_the_29_before_in_the_programmes_zone(cast: Cast) -> None:
    today = datetime(2026, 3, 12, tzinfo=UTC)
    midnight = datetime(2026, 2, 10, 23, 0, tzinfo=UTC)  # 11 February 0:00 in Berlin
    await earn(cast.ines, 1, at=midnight - timedelta(milliseconds=1))
    await earn(cast.ines, 2, at=midnight)
    with clock.at(today):
        found = await points.points(cast.programme_id, MONTH)
        assert [row.entry.points for row in found.rows] == [2]
        assert (found.since, found.until) == (date(2026, 2, 11), date(2026, 3, 12))
        assert found.totals.credited == 2
        everything = await points.points(cast.programme_id, ALL)
        assert (len(everything.rows), everything.since) == (2, None)


async def test_days_at_the_ends_of_the_calendar_are_only_empty(cast: Cast) -> None:
    await earn(cast.ines, 1)
    wide = PointsFilter(span=Span.CUSTOM, since=date.min, until=date.max)
    assert len((await points.points(cast.programme_id, wide)).rows) == 1
    before = PointsFilter(span=Span.CUSTOM, since=date.min, until=date.min)
    assert (await points.points(cast.programme_id, before)).rows == ()


async def test_a_search_means_a_customer_or_one_order(cast: Cast) -> None:
    order = await factories.order(cast.rex, cast.web.id, 1000)
    await run(
        "UPDATE orders SET name = {} WHERE programme_id = {} AND id = {}", "#77", cast.programme_id, order.id
    )
    await earn(cast.rex, 10, order_id=order.id)
    await earn(cast.rex, 11)
    await earn(cast.ines, 12)
    assert shown(await points.points(cast.programme_id, PointsFilter(q="ines"))) == [("Ines Okafor", 12)]
    found = await points.points(cast.programme_id, PointsFilter(q="77"))
    assert shown(found) == [("Rex Moreau", 10)]
    assert (found.rows[0].entry.subject, found.totals.credited) == ("#77", 10)
    nobody = await points.points(cast.programme_id, PointsFilter(q="nobody"))
    assert (nobody.rows, nobody.found, nobody.totals.net) == ((), Tally(0), 0)


async def test_a_search_for_too_many_to_name_finds_them_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 1)
    for person in (cast.ines, cast.rex, cast.pia):
        await earn(person, 10)
    found = await points.points(cast.programme_id, PointsFilter(q="example.org"))
    assert (len(found.rows), found.found, found.totals.credited) == (3, Tally(3), 30)


@pytest.mark.parametrize("few", [2_000, 1])
async def test_a_search_that_finds_too_much_to_add_up_says_at_least(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    for number in range(3):
        await earn(cast.ines, 10 + number)
        await earn(cast.rex, 20 + number)
    everybody = PointsFilter(q="example.org")
    for most, counted, credited in ((6, Tally(6), 96), (2, Tally(3, at_least=True), None)):
        monkeypatch.setattr(points, "MOST", most)
        found = await points.points(cast.programme_id, everybody)
        assert (len(found.rows), found.by_kind[PointsKind.EARNED]) == (6, counted)
        assert found.found == Tally(6, at_least=counted.at_least)
        assert (found.totals and found.totals.credited) == credited
        assert (await points.points(cast.programme_id, MONTH)).found == Tally(6)


async def test_the_other_merchant_sees_nothing_of_it(cast: Cast) -> None:
    await earn(cast.ines, 10)
    found = await points.points(cast.other_programme_id, ALL)
    assert (found.rows, found.everything, found.totals.credited) == ((), Tally(0), 0)
    with pytest.raises(NotFound):
        await activity(cast.other_programme_id, cast.ines.uid)


async def test_a_page_costs_the_same_statements_however_long_the_ledger_is(cast: Cast) -> None:
    counts = []
    for more in (50, 150):
        for number in range(more):
            await earn(cast.ines, more, at=START + timedelta(minutes=number))
        with watched() as seen:
            assert len((await points.points(cast.programme_id, MONTH)).rows) == 50
        counts.append(len(seen))
    assert counts == [3, 3]


async def test_an_undone_entry_and_what_undid_it_point_at_each_other(cast: Cast) -> None:
    await factories.give(cast.ines, 80)
    given = (await activity(cast.programme_id, cast.ines.uid)).rows[0]
    async with atomic():
        account = await locked(cast.programme_id, cast.ines.id)
        entry_id = await _id(cast, given.uid)
        await undoing.reverse(
            account, entry_id, kind=EntryKind.UNDO, by=cast.mara, reason="Wrong customer", comment=""
        )
    undo, undone = (await activity(cast.programme_id, cast.ines.uid)).rows
    assert (undone.undone_by, undo.undoes) == (undo.uid, undone.uid)
    assert (undo.actor, undo.reason, undo.points, undo.balance) == ("Mara", "Wrong customer", -80, 0)
    assert undone.actor is None


async def test_a_guests_history_has_no_balances_and_no_release_day(cast: Cast) -> None:
    await earn(cast.olu, 5, available_at=datetime(9999, 1, 1, tzinfo=UTC))
    row = (await activity(cast.programme_id, cast.olu.uid)).rows[0]
    assert (row.points, row.balance, row.releases) == (5, None, None)


async def test_a_history_is_filtered_by_kind_with_the_balance_of_all(cast: Cast) -> None:
    await earn(cast.ines, 100)
    await factories.give(cast.ines, -30, at=START + DAY)
    await earn(cast.ines, 5, at=START + 2 * DAY)
    found = await activity(cast.programme_id, cast.ines.uid, PointsKind.EARNED)
    assert [(row.points, row.balance) for row in found.rows] == [(5, 75), (100, 100)]
    assert (found.everything, found.by_kind[PointsKind.ADJUSTED]) == (Tally(3), Tally(1))


async def test_an_expiry_says_when_its_points_were_earned(cast: Cast) -> None:
    await earn(cast.ines, 100)
    dies = START + 5 * DAY
    await run(
        "UPDATE lots SET expires_at = {}, lapses_at = {}, notified_at = {} WHERE programme_id = {}",
        dies,
        dies,
        START - 30 * DAY,
        cast.programme_id,
    )
    async with atomic():
        await locked(cast.programme_id, cast.ines.id)
    row = (await activity(cast.programme_id, cast.ines.uid, PointsKind.EXPIRED)).rows[0]
    assert (row.points, row.balance, row.why, row.at) == (-100, 0, "earned 2 March 2026", dies)


@pytest.mark.parametrize(
    ("kind", "breakdown", "sentence"),
    [
        (EntryKind.EARN_ORDER, {"rules": [{"name": "1 a €", "points": 6}], "multiplier_percent": 150}, "1 a €, ×1.5"),
        (
            EntryKind.EARN_ORDER,
            {"rules": [{"name": "Base", "points": 40}, {"name": "Skin", "points": 1200}, {"name": "No", "points": 0}]},
            "40 from “Base”, 1,200 from “Skin”",
        ),
        (EntryKind.EARN_ACTION, {"rule": "Birthday"}, "Birthday"),
        (EntryKind.TIER_REWARD, {"tier": "Gold"}, "for reaching Gold"),
        (EntryKind.REDEEM, {"list_points": 500, "cut_percent": 30, "points": 350}, "30% off 500"),
        (EntryKind.REFUND_CLAWBACK, {"refunded_minor": 4200, "total_minor": 5000}, "42.00 of 50.00 EUR refunded"),
        (EntryKind.ADJUST, {}, None),
    ],
)  # fmt: skip
def test_the_breakdown_is_told_as_a_sentence(
    kind: EntryKind, breakdown: dict[str, object], sentence: str | None
) -> None:
    assert why(kind, breakdown, currency="EUR") == sentence


async def test_the_file_holds_exactly_what_is_filtered_and_no_formula(cast: Cast) -> None:
    evil = await factories.customer(
        cast.programme_id, '=HYPERLINK("http://x") Smith', email="+evil@example.org"
    )
    await earn(evil, 7, at=START + DAY, reason="@SUM(A1)", comment="-1+1")
    await earn(cast.ines, 10)
    await factories.give(cast.ines, -4, at=START + 2 * DAY)
    text = "".join(
        [part async for part in points.csv(cast.programme_id, PointsFilter(kind=PointsKind.EARNED))]
    )
    assert text.startswith("\ufeffWhen,")
    first, second = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    assert (first["Customer"][:2], first["E-mail"], first["Reason"], first["Comment"]) == (
        "'=",
        "'+evil@example.org",
        "'@SUM(A1)",
        "'-1+1",
    )
    assert (first["When"], first["Points"]) == ("2026-03-03T10:00:00+01:00", "7")
    assert (second["Customer"], second["Kind"], second["Points"]) == ("Ines Okafor", "bonus", "10")


async def test_the_file_follows_the_search_and_streams_more_than_a_page(cast: Cast) -> None:
    ids = await many.customers(cast.programme_id, 1, last_name="Reader")
    assert ids
    for number in range(300):
        await earn(cast.rex, number + 1, at=START + timedelta(seconds=number))
    await earn(cast.ines, 5)
    parts = [part async for part in points.csv(cast.programme_id, PointsFilter(q="rex"))]
    rows = list(csv.DictReader("".join(parts).removeprefix("\ufeff").splitlines()))
    assert (len(rows), {row["Customer"] for row in rows}) == (300, {"Rex Moreau"})
    assert len(parts) > 1
    nobody = "".join([part async for part in points.csv(cast.programme_id, PointsFilter(q="nobody"))])
    assert len(nobody.splitlines()) == 1


async def _id(cast: Cast, uid: str) -> int:
    found = await run(
        "SELECT id FROM ledger_entries WHERE programme_id = {} AND uid = {}", cast.programme_id, uid
    )
    return int(found[0]["id"])

"""R, F and M of real shops against what other people's programs made of the same purchases (PRODUCT K1).

Their definitions differ from ours, and each difference is stated where it is compared: the independent
summaries know no window, count repeat purchases only (ours minus one), measure recency from the first
purchase to the last (ours from the last to the end), and take the mean of the money of repeat days (ours
the net sum of all).
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from db.engine import Database, is_sqlite
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.segmenting import Purchase, facts, load, r_days, value_segments, window

DATA = Path(__file__).parents[3] / "shared" / "data"
BEST_FIRST = ("Champion", "Loyalty customers", "Potential loyalists", "At-risk", "Dormant")


def file(name: str) -> Path:
    """A file of the shared data, or skip the test that asks for it."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the shared data isn't beside this checkout: {name}")
    return path


def noon(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def cdnow() -> list[Purchase]:
    with file("cdnow/CDNOW_master.txt").open() as lines:
        cells = [line.split() for line in lines][1:]
    return [Purchase(who, noon(day), round(float(money) * 100)) for who, day, _, money in cells]


def online_retail() -> list[Purchase]:
    """The members' orders; the first row of each says its total and what was refunded of it."""
    seen: dict[str, Purchase] = {}
    with gzip.open(file("online-retail/or2010-11.orders_export.csv.gz"), "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Name"] not in seen and row["Email"]:
                at = datetime.fromisoformat(row["Created at"].replace(" +0000", "+00:00"))
                money = (round(float(row[name]) * 100) for name in ("Total", "Refunded Amount"))
                seen[row["Name"]] = Purchase(row["Email"].partition("@")[0], at, *money)
    return list(seen.values())


async def opened(purchases: Sequence[Purchase]) -> int:
    programme_id = await factories.programme(time_zone="UTC")
    await load(programme_id, (await factories.store(programme_id)).id, purchases)
    return programme_id


async def _compare(programme_id: int, summary: Path, key: str, purchases: list[Purchase], day: date) -> None:
    """Lifetime facts against the summary; the window's against a reckoning by hand, for a part of everybody."""
    gross: defaultdict[str, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
    for each in purchases:
        gross[each.who][each.at.date()] += each.minor
    ours = await facts(programme_id)
    with summary.open(newline="") as lines:
        theirs = list(csv.DictReader(lines))
    assert len(theirs) == len(ours)
    for row in theirs:
        who = ("" if row[key].startswith("0") or key == "id" else "c") + row[key]
        fact, days = ours[who], gross[who]
        since, recency, repeats = (int(float(row[name])) for name in ("T", "recency", "frequency"))
        assert fact["ever_days"] - 1 == repeats
        assert r_days(fact, day) == since - recency
        repeat_money = sum(days.values()) - days[min(days)]
        assert float(row["monetary_value"]) == pytest.approx(repeat_money / 100 / (repeats or 1), abs=0.005)
    mine: defaultdict[str, list[Purchase]] = defaultdict(list)
    for each in purchases:
        mine[each.who].append(each)
    for who, bought in mine.items():
        fact = ours[who]
        assert (r_days(fact, day), fact["f_count"], fact["m_minor"]) == window(bought, who, day)
        assert fact["ever_minor"] == sum(each.minor - each.refunded for each in bought)


async def test_r_f_and_m_of_cdnow_are_those_of_the_independent_summary_and_foretell_who_comes_back(
    db: Database,
) -> None:
    """Earlier days are looked at as if they were the last; segments fall with who buys in the 90 days after."""
    purchases = cdnow()
    day = date(1998, 6, 30)
    programme_id = await opened(purchases)
    await refresh(programme_id, as_of=day)
    await _compare(programme_id, file("cdnow/rfm_summary.csv"), "id", purchases, day)
    await _assert_equals_score_equally(programme_id)
    if not is_sqlite():
        return  # what people did later is the same on every engine
    for cut in (date(1997, 12, 31), date(1998, 3, 31)):
        await refresh(programme_id, as_of=cut)
        shares = await _repurchase(programme_id, purchases, cut)
        assert all(better > worse for better, worse in pairwise(shares)), shares


async def _repurchase(programme_id: int, purchases: list[Purchase], day: date) -> list[float]:
    """The share of each value segment's people who buy again in the 90 days after `day`, best segment first."""
    until = day + timedelta(days=90)
    again = {each.who for each in purchases if day < each.at.date() <= until}
    people: dict[str, list[bool]] = defaultdict(list)
    for who, name in (await value_segments(programme_id)).items():
        people[name].append(who in again)
    return [sum(people[name]) / len(people[name]) for name in BEST_FIRST]


async def test_r_f_and_m_of_a_real_year_are_those_of_the_independent_summary(db: Database) -> None:
    purchases = online_retail()
    day = date(2011, 12, 9)
    programme_id = await opened(purchases)
    await refresh(programme_id, as_of=day)
    await _compare(
        programme_id, file("online-retail/or2010-11.rfm_summary.csv"), "customer_id", purchases, day
    )
    await _assert_equals_score_equally(programme_id)


async def _assert_equals_score_equally(programme_id: int) -> None:
    scores: dict[tuple[str, int], set[int]] = defaultdict(set)
    for fact in (await facts(programme_id)).values():
        if fact["f_count"]:
            for value, score in (("last_day", "r_score"), ("f_count", "f_score"), ("m_minor", "m_score")):
                scores[value, fact[value]].add(fact[score])
    assert max(map(len, scores.values())) == 1


async def test_a_published_table_adds_up(db: Database) -> None:
    with file("rfm/orders.csv").open(newline="") as lines:
        orders = list(csv.DictReader(lines))
    purchases = [
        Purchase(row["customer_id"], noon(row["order_date"]), int(row["revenue"]) * 100) for row in orders
    ]
    day = date(2006, 12, 31)
    programme_id = await opened(purchases)
    await refresh(programme_id, as_of=day)
    ours = await facts(programme_id)
    with file("rfm/per_customer.csv").open(newline="") as lines:
        theirs = {row["customer_id"]: row for row in csv.DictReader(lines)}
    assert theirs.keys() == ours.keys()
    for who, row in theirs.items():
        fact = ours[who]
        expected = (int(row["rec"]), int(row["n"]), int(row["amount"]) * 100)
        assert (r_days(fact, day), fact["orders_ever"], fact["ever_minor"]) == expected
    with file("rfm/published_segments.csv").open(newline="") as lines:
        published = list(csv.DictReader(lines))
    assert len(ours) == sum(int(row["customers"]) for row in published) == 995
    assert sum(fact["orders_ever"] for fact in ours.values()) == sum(int(row["orders"]) for row in published)
    assert sum(fact["ever_minor"] for fact in ours.values()) == 100 * sum(
        int(row["revenue"]) for row in published
    )

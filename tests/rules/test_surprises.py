"""Birthday surprises: weighted, in stock, provable. PRODUCT L2."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules.surprises import Prize, chance, checked, draw

POOL = (Prize("a", "50 points", 6), Prize("b", "100 points", 3), Prize("c", "A class", 1, stock=1))


def test_the_same_seed_draws_the_same_prize() -> None:
    first = draw(POOL, "5eed")
    assert first == draw(POOL, "5eed")
    assert first is not None
    assert 0 <= first.ticket < first.total == 10


def test_prizes_come_as_often_as_they_weigh() -> None:
    drawn = Counter(d.prize.uid for n in range(4000) if (d := draw(POOL, str(n))))
    assert 2200 < drawn["a"] < 2600
    assert 1050 < drawn["b"] < 1350
    assert 300 < drawn["c"] < 500


def test_what_is_used_up_is_never_drawn() -> None:
    pool = (replace(POOL[2], stock=0), POOL[0])
    assert {d.prize.uid for n in range(50) if (d := draw(pool, str(n)))} == {"a"}
    assert draw((replace(POOL[2], stock=0),), "1") is None
    assert draw((), "1") is None


def test_chances_add_up_to_a_thousand_tenths() -> None:
    assert [chance(prize, POOL) for prize in POOL] == [600, 300, 100]
    assert chance(replace(POOL[2], stock=0), POOL) == 0


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.text(max_size=20))
def test_a_ticket_always_falls_on_a_prize_with_its_share(weights: list[int], seed: str) -> None:
    pool = tuple(Prize(str(n), str(n), weight) for n, weight in enumerate(weights))
    found = draw(pool, seed)
    assert found is not None
    before = sum(weights[: int(found.prize.uid)])
    assert before <= found.ticket < before + found.prize.weight


@pytest.mark.parametrize(
    ("name", "weight", "points", "reward", "stock", "field"),
    [
        (" ", 1, 5, False, None, "name"),
        ("Five", 0, 5, False, None, "weight"),
        ("Five", 1, 5, True, None, "points"),
        ("Five", 1, None, False, None, "points"),
        ("Five", 1, 0, False, None, "points"),
        ("Five", 1, 5, False, -1, "stock"),
    ],
)
def test_a_prize_that_cannot_be_is_refused_by_field(
    name: str, weight: int, points: int | None, reward: bool, stock: int | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked(name, weight, points, reward, stock)
    assert refused.value.field == field

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.errors import NotEnoughPoints
from loyalty.rules.lots import (
    Lot,
    clawback_order,
    draw,
    draw_for_debit,
    draw_order,
    grace_expiry,
    pending,
    refuse_overdraft,
    spendable,
)

DAY = timedelta(days=1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD = Lot(1, 50, 50, NOW)
SOON = Lot(2, 30, 30, NOW, NOW + 10 * DAY)
HELD = Lot(3, 20, 20, NOW + DAY, NOW + 5 * DAY)
DEAD = Lot(4, 10, 10, NOW, NOW)
EMPTY = Lot(5, 10, 0, NOW)
ALL = [OLD, SOON, HELD, DEAD, EMPTY]


def test_available_and_pending_leave_out_dead_and_held_lots():
    assert spendable(ALL, NOW) == 80
    assert spendable(ALL, NOW, debt=90) == -10
    assert pending(ALL, NOW) == 20


def test_lots_without_expiry_come_last():
    assert [lot.id for lot in draw_order([OLD, SOON, HELD])] == [3, 2, 1]


def test_a_debit_draws_spendable_lots_only_and_tells_what_is_missing():
    assert draw_for_debit(60, ALL, NOW) == ([(2, 30), (1, 30)], 0)
    assert draw_for_debit(100, ALL, NOW) == ([(2, 30), (1, 50)], 20)
    assert draw(0, ALL) == ([], 0)


def test_a_claw_back_draws_its_own_lot_then_spendable_then_pending_ones():
    assert [lot.id for lot in clawback_order(ALL, {1}, NOW)] == [1, 2, 3]
    assert [lot.id for lot in clawback_order(ALL, {3}, NOW)] == [3, 2, 1]


def test_an_overdraft_is_refused_with_the_largest_possible():
    refuse_overdraft(80, 80)
    with pytest.raises(NotEnoughPoints, match="Only 80 of the 81 points") as refusal:
        refuse_overdraft(81, 80)
    assert refusal.value.available == 80
    with pytest.raises(NotEnoughPoints) as refusal:
        refuse_overdraft(1, -20)
    assert refusal.value.available == 0


def test_grace_lasts_30_days():
    assert grace_expiry(NOW) == NOW + 30 * DAY

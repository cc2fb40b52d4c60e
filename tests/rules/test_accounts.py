"""Stories of one account; the random histories are in test_account_properties."""

from datetime import UTC, datetime, timedelta

import pytest

from db.enums import EntryKind, NegativePolicy
from loyalty.errors import AlreadyDone, NotEnoughPoints
from loyalty.rules.accounts import Account

DAY = timedelta(days=1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALLOW, CLAMP = NegativePolicy.ALLOW, NegativePolicy.CLAMP


@pytest.fixture
def account() -> Account:
    return Account()


def earn(account: Account, points: int, day: int = 0, hold: int = 0, lives: int | None = None):
    now = NOW + day * DAY
    expires_at = None if lives is None else now + lives * DAY
    return account.credit(
        EntryKind.EARN_ORDER, points, now, available_at=now + hold * DAY, expires_at=expires_at
    )


def remaining(account: Account) -> list[int]:
    return [lot.remaining for lot in account.lots.values()]


def test_a_debit_takes_the_soonest_expiring_lot_then_the_oldest_and_undying_ones_last(account):
    earn(account, 10)
    earn(account, 10, lives=60)
    earn(account, 10, lives=30)
    earn(account, 10, lives=60)
    account.debit(EntryKind.REDEEM, 25, NOW)
    assert remaining(account) == [10, 0, 0, 5]


def test_pending_points_are_not_spendable_until_their_date(account):
    earn(account, 100, hold=14)
    assert (account.available(NOW), account.pending(NOW)) == (0, 100)
    with pytest.raises(NotEnoughPoints) as refusal:
        account.debit(EntryKind.REDEEM, 1, NOW + 13 * DAY)
    assert refusal.value.available == 0
    account.debit(EntryKind.REDEEM, 100, NOW + 14 * DAY)


def test_expiry_has_its_own_effective_time_however_late_it_is_posted(account):
    earn(account, 100, lives=30)
    account.settle(NOW + 400 * DAY)
    (entry,) = [entry for entry in account.entries if entry.kind is EntryKind.EXPIRE]
    assert (entry.points, entry.effective_at) == (-100, NOW + 30 * DAY)
    assert account.balance == 0


def test_points_are_gone_at_the_moment_they_expire_even_if_nobody_posted_it(account):
    earn(account, 100, lives=30)
    assert account.available(NOW + 30 * DAY - timedelta(microseconds=1)) == 100
    assert account.available(NOW + 30 * DAY) == 0


def test_a_reversal_returns_points_to_their_lots_with_their_old_expiry(account):
    earn(account, 10, lives=30)
    earn(account, 10, lives=60)
    redemption = account.debit(EntryKind.REDEEM, 15, NOW)
    account.reverse(redemption, EntryKind.REDEEM_REVERSAL, NOW + 5 * DAY)
    assert remaining(account) == [10, 10]
    with pytest.raises(AlreadyDone):
        account.reverse(redemption, EntryKind.REDEEM_REVERSAL, NOW + 6 * DAY)


def test_a_reversal_to_a_dead_lot_opens_a_grace_lot_of_30_days(account):
    earn(account, 10, lives=30)
    redemption = account.debit(EntryKind.REDEEM, 10, NOW)
    later = NOW + 40 * DAY
    account.reverse(redemption, EntryKind.REDEEM_REVERSAL, later)
    assert account.available(later) == 10
    assert account.available(later + 30 * DAY) == 0


def test_a_refund_takes_the_orders_own_lot_first_even_while_pending(account):
    earn(account, 50)
    order = earn(account, 100, hold=14)
    account.claw_back(order, 60, ALLOW, NOW + DAY)
    assert remaining(account) == [50, 40]


def test_what_had_expired_of_the_order_counts_as_taken(account):
    order = earn(account, 100, lives=30)
    earn(account, 80)
    done = account.claw_back(order, 100, ALLOW, NOW + 31 * DAY)
    assert (done.covered_by_expiry, done.points) == (100, 0)
    assert account.balance == 80
    assert EntryKind.REFUND_CLAWBACK not in {entry.kind for entry in account.entries}


def test_expired_points_cover_only_once(account):
    order = earn(account, 100, lives=30)
    account.debit(EntryKind.REDEEM, 60, NOW)
    later = NOW + 31 * DAY
    assert account.claw_back(order, 40, ALLOW, later).covered_by_expiry == 40
    assert account.claw_back(order, 60, ALLOW, later).debt == 60


def test_returned_points_pay_the_debt_of_another_order(account):
    first, second = earn(account, 50), earn(account, 70)
    account.debit(EntryKind.REDEEM, 70, NOW)
    account.claw_back(first, 50, ALLOW, NOW)
    account.claw_back(second, 70, ALLOW, NOW)
    assert account.debt == 70
    account.give_back(first, 50, NOW)
    assert (account.debt, account.available(NOW)) == (20, -20)


def test_other_lots_help_out_spendable_ones_before_pending_ones(account):
    order = earn(account, 100)
    account.debit(EntryKind.REDEEM, 100, NOW)
    earn(account, 30, hold=14)
    earn(account, 30)
    account.claw_back(order, 40, ALLOW, NOW)
    assert remaining(account) == [0, 20, 0]


def test_debt_is_paid_by_the_next_credit(account):
    order = earn(account, 100)
    account.debit(EntryKind.REDEEM, 100, NOW)
    account.claw_back(order, 100, ALLOW, NOW)
    assert (account.debt, account.available(NOW)) == (100, -100)
    earn(account, 130, day=1, hold=14)
    assert (account.debt, account.balance, account.pending(NOW + DAY)) == (0, 30, 30)


def test_clamp_leaves_no_debt(account):
    order = earn(account, 100)
    account.debit(EntryKind.REDEEM, 70, NOW)
    assert account.claw_back(order, 100, CLAMP, NOW).written_off == 70
    assert (account.debt, account.balance, account.settled(order)) == (0, 0, 100)


def test_cancelling_the_refund_cancels_the_debt_before_it_returns_points(account):
    order = earn(account, 100)
    account.debit(EntryKind.REDEEM, 70, NOW)
    account.claw_back(order, 100, ALLOW, NOW)
    back = account.give_back(order, 100, NOW + DAY)
    assert (back.debt, back.to_own_lot) == (70, 30)
    assert (account.debt, account.balance) == (0, 30)


def test_debt_paid_meanwhile_comes_back_as_points(account):
    order = earn(account, 100)
    account.debit(EntryKind.REDEEM, 100, NOW)
    account.claw_back(order, 100, ALLOW, NOW)
    earn(account, 60, day=1)
    back = account.give_back(order, 100, NOW + 2 * DAY)
    assert (back.debt, back.to_others) == (40, 60)
    assert account.balance == 60


def test_a_refund_after_a_reversed_redemption_finds_the_grace_lot_as_the_orders_own(account):
    order = earn(account, 100, lives=30)
    redemption = account.debit(EntryKind.REDEEM, 100, NOW)
    account.reverse(redemption, EntryKind.REDEEM_REVERSAL, NOW + 40 * DAY)
    done = account.claw_back(order, 100, ALLOW, NOW + 80 * DAY)
    assert (done.covered_by_expiry, account.debt) == (100, 0)

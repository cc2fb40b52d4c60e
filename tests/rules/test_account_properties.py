from hypothesis import given
from hypothesis import strategies as st

from db.enums import EntryKind, NegativePolicy
from tests.rules.histories import DAY, History, steps
from tests.rules.properties import property_test

EVERYTHING = steps("buy", "buy", "redeem", "unredeem", "refund", "unrefund")
NEVER_REDEEMED = steps("buy", "buy", "refund", "unrefund")
POLICIES = st.sampled_from(NegativePolicy)


@given(EVERYTHING, POLICIES)
@property_test
def test_entries_lots_and_debt_agree_after_every_step(history, policy):
    History(policy).play(history)


@given(EVERYTHING, POLICIES, st.sampled_from([1, 3, 37]))
@property_test
def test_a_late_or_dead_expiry_job_changes_no_balance(history, policy, every):
    punctual, dead = History(policy, job=every).play(history), History(policy, job=0).play(history)
    assert punctual.log == dead.log
    for played in (punctual, dead):
        played.account.settle(played.now + 10_000 * DAY)
    facts = [
        sorted((entry.effective_at, entry.kind, entry.points) for entry in played.account.entries)
        for played in (punctual, dead)
    ]
    assert facts[0] == facts[1]


@given(EVERYTHING, st.sampled_from([NegativePolicy.ALLOW, NegativePolicy.CLAMP]))
@property_test
def test_any_sequence_of_partial_refunds_adds_up_to_the_points_earned(history, policy):
    played = History(policy).play(history)
    played.return_everything()
    for purchase in played.purchases:
        assert played.account.settled(purchase.credit) == purchase.credit.points


@given(NEVER_REDEEMED, POLICIES)
@property_test
def test_who_never_redeemed_never_ends_in_debt_and_loses_nothing_of_other_orders(history, policy):
    played = History(policy).play(history)
    played.return_everything()
    assert played.account.debt == 0
    assert played.account.balance == 0
    assert not any(claim.written_off for claim in played.account.claims.values())


@given(EVERYTHING)
@property_test
def test_under_block_what_was_not_taken_stays_due(history):
    played = History(NegativePolicy.BLOCK).play(history)
    played.return_everything()
    for purchase in played.purchases:
        left = purchase.credit.points - played.account.settled(purchase.credit)
        assert left == 0 or played.account.balance == 0


@given(EVERYTHING, POLICIES)
@property_test
def test_only_claw_backs_ever_leave_a_debt(history, policy):
    account = History(policy).play(history).account
    kinds = {entry.id: entry.kind for entry in account.entries}
    assert {kinds[entry_id] for entry_id in account.debts} <= {EntryKind.REFUND_CLAWBACK}


@given(NEVER_REDEEMED, st.integers(1, 9_999), st.integers(1, 9_999))
@property_test
def test_a_refund_and_its_cancellation_leave_what_was_there(history, which, amount):
    played = History(NegativePolicy.ALLOW).play(history)
    if not played.purchases:
        return
    purchase = played.purchases[which % len(played.purchases)]
    played.account.settle(played.now)
    before, settled = played.account.balance, played.account.settled(purchase.credit)
    part = min(amount, purchase.kept)
    played.refund(which, part)
    played.unrefund(which, part)
    assert played.account.balance == before
    assert played.account.settled(purchase.credit) == settled

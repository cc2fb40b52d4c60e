import pytest

from db.enums import NegativePolicy
from loyalty.rules.clawback import Clawback, GiveBack, clawback_reversal, due, give_back, split, top_up

ALLOW, BLOCK, CLAMP = NegativePolicy.ALLOW, NegativePolicy.BLOCK, NegativePolicy.CLAMP


def test_due_is_earned_less_kept_less_settled_and_never_negative():
    assert due(100, 40, 0) == 60
    assert due(100, 40, 50) == 10
    assert due(100, 40, 70) == 0
    assert due(100, 130, 0) == 0


def test_a_cancelled_refund_gives_back_at_most_what_was_settled():
    assert clawback_reversal(100, 70, 60) == 30
    assert clawback_reversal(100, 130, 60) == 60
    assert clawback_reversal(100, 40, 60) == 0


def test_an_order_that_grew_earns_the_difference():
    assert top_up(100, 130) == 30
    assert top_up(100, 90) == 0


def test_the_waterfall_is_own_lot_then_expired_then_others_then_policy():
    def down(points: int, policy: NegativePolicy = ALLOW) -> Clawback:
        return split(points, own_remaining=50, own_expired_uncovered=20, others_remaining=30, policy=policy)

    assert down(40) == Clawback(from_own_lot=40)
    assert down(60) == Clawback(from_own_lot=50, covered_by_expiry=10)
    assert down(100) == Clawback(50, 20, 30)
    assert down(130) == Clawback(50, 20, 30, debt=30)
    assert down(130, CLAMP) == Clawback(50, 20, 30, written_off=30)
    assert down(130, BLOCK) == Clawback(50, 20, 30, left_due=30)


def test_clamp_forgets_for_good_while_block_tries_again():
    nothing_there = {"own_remaining": 0, "own_expired_uncovered": 0, "others_remaining": 0}
    clamped, blocked = split(60, policy=CLAMP, **nothing_there), split(60, policy=BLOCK, **nothing_there)
    assert (clamped.points, blocked.points) == (0, 0)
    assert due(100, 40, clamped.settled) == 0
    assert due(100, 40, blocked.settled) == 60


def test_the_entry_leaves_out_what_had_expired():
    assert (
        split(60, own_remaining=40, own_expired_uncovered=20, others_remaining=0, policy=ALLOW).points == 40
    )


def test_a_give_back_climbs_the_waterfall_from_its_end():
    taken = {"written_off": 5, "debt": 10, "from_others": 20, "covered": 30, "from_own_lot": 40}
    assert give_back(12, **taken) == GiveBack(written_off=5, debt=7)
    assert give_back(105, **taken) == GiveBack(5, 10, 20, 30, 40)
    assert give_back(105, **taken).points == 70
    assert give_back(105, **taken).settled == 105
    with pytest.raises(ValueError, match="more is given back"):
        give_back(106, **taken)

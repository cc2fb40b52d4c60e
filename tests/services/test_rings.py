"""Referrals that share signals are found and decided together, and the decision taken back. PRODUCT G4."""

from collections.abc import AsyncIterator, Iterator

import pytest

from db.engine import Database, one, rows, value, watched
from db.enums import ReferralStatus, Verdict
from loyalty import clock, undo
from loyalty.customers import privacy
from loyalty.errors import AlreadyDone, NotFound, Stale
from loyalty.rings import finding
from loyalty.rings.deciding import Decided, decide
from loyalty.rings.finding import RingView
from loyalty.rings.planning import plan
from tests import factories
from tests.cast import Cast, assemble, assert_books_balance
from tests.referring import NOW, finn_orders, invite, with_coupon


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    """The hour in which all of it happens."""
    with clock.at(NOW):
        yield


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    made = await assemble()
    await with_coupon()
    yield made
    await assert_books_balance()


async def ring_of_three(cast: Cast) -> RingView:
    """Three friends on one device; the first has ordered, so Ines got 300 points."""
    for name in ("finn", "gil", "hal"):
        signals = {"ip": f"203.0.113.{len(name)}", "device": "phone-1"}
        await invite(cast, f"{name}@example.org", signals=signals, name=name.title())
        if name == "finn":
            assert await finn_orders(cast) is not None
    (found,) = await finding.listing(1)
    return found


async def decided(cast: Cast, ring: RingView, verdict: Verdict, key: str = "k") -> Decided:
    return await decide(1, ring.uid, verdict, by=cast.mara, reason="One phone", key=key, seen=ring.seen)


async def statuses() -> list[str]:
    found = await rows("SELECT status FROM referrals WHERE programme_id = {} ORDER BY id", 1)
    return [row["status"] for row in found]


async def test_a_ring_is_shown_with_its_score_evidence_people_and_what_was_paid(cast: Cast) -> None:
    ring = await ring_of_three(cast)
    assert (len(ring.referrals), ring.people, ring.paid, ring.decided) == (3, 4, 300, False)
    assert ring.score.evidence[0].sentence == "3 people use the same device."
    assert await finding.listing(2) == ()
    with pytest.raises(NotFound):
        await finding.ring(2, ring.uid)


async def test_the_list_takes_the_same_few_queries_for_any_number(cast: Cast) -> None:
    await ring_of_three(cast)
    with watched() as asked:
        await finding.listing(1)
    few = len(asked)
    for number in range(6):
        await invite(cast, f"more{number}@example.org", signals={"device": f"d{number // 2}"})
    with watched() as asked:
        await finding.listing(1)
    assert len(asked) == few <= 6


async def test_only_hashes_are_kept(cast: Cast) -> None:
    await ring_of_three(cast)
    kept = [row["mark"] for row in await rows("SELECT mark FROM referral_marks WHERE programme_id = {}", 1)]
    assert kept
    assert not any("phone" in mark or "@" in mark for mark in kept)


async def test_blocking_does_exactly_what_was_said_and_undo_takes_all_of_it_back(cast: Cast) -> None:
    ring = await ring_of_three(cast)
    steps = await plan(1, ring, Verdict.BLOCKED)
    assert [step.take_back for step in steps] == [True, False, False]
    assert "The referrer loses 300 points." in steps[0].sentences
    done = await decided(cast, ring, Verdict.BLOCKED)
    assert done.sentence == "A ring of 3 referrals was blocked, and what was paid taken back"
    assert await statuses() == ["reversed", "cancelled", "cancelled"]
    assert await factories.balance(cast.ines) == 0
    assert (await finding.ring(1, ring.uid)).decided
    await undo.undo(1, done.action.uid, by=cast.mara)
    assert await statuses() == ["completed", "pending", "pending"]
    assert await factories.balance(cast.ines) == 300
    assert not (await finding.ring(1, ring.uid)).decided
    with pytest.raises(AlreadyDone):
        await undo.undo(1, done.action.uid, by=cast.mara)


async def test_a_step_taken_back_alone_stays_so_when_the_ring_is_undone(cast: Cast) -> None:
    ring = await ring_of_three(cast)
    done = await decided(cast, ring, Verdict.BLOCKED)
    first = await one(
        "SELECT uid FROM actions WHERE programme_id = {} AND verb = 'referral.cancelled' ORDER BY id", 1
    )
    assert first is not None
    await undo.undo(1, first["uid"], by=cast.mara)
    await undo.undo(1, done.action.uid, by=cast.mara)
    assert await statuses() == ["completed", "pending", "pending"]
    assert await factories.balance(cast.ines) == 300


async def test_points_that_are_spent_are_left_and_that_is_said_first(cast: Cast) -> None:
    ring = await ring_of_three(cast)
    await factories.give(cast.ines, -200, at=NOW)
    steps = await plan(1, ring, Verdict.BLOCKED)
    assert not steps[0].take_back
    assert "The points are spent, so they can’t be taken back." in steps[0].sentences
    await decided(cast, ring, Verdict.BLOCKED)
    assert (await statuses())[0] == ReferralStatus.CANCELLED
    assert await factories.balance(cast.ines) == 100


async def test_letting_a_blocked_ring_through_gives_coupons_and_undo_holds_it_again(cast: Cast) -> None:
    for name in ("ines+one", "ines+two"):
        await invite(cast, f"{name}@example.org", signals={"device": "phone-1"})
    assert await statuses() == ["blocked", "blocked"]
    (ring,) = await finding.listing(1)
    done = await decided(cast, ring, Verdict.LET_THROUGH)
    assert await statuses() == ["pending", "pending"]
    codes = "SELECT count(*) FROM issued_rewards WHERE programme_id = {} AND status = 'outstanding'"
    assert await value(codes, 1) == 2
    await undo.undo(1, done.action.uid, by=cast.mara)
    assert await statuses() == ["blocked", "blocked"]
    assert await value(codes, 1) == 0
    scores = await rows("SELECT score FROM referrals WHERE programme_id = {}", 1)
    assert all(row["score"] >= 80 for row in scores)


async def test_a_ring_that_grew_meanwhile_is_not_decided_on_unseen(cast: Cast) -> None:
    ring = await ring_of_three(cast)
    await invite(cast, "ida@example.org", signals={"device": "phone-1"})
    with pytest.raises(Stale):
        await decided(cast, ring, Verdict.BLOCKED)
    now = await finding.ring(1, ring.uid)
    await decided(cast, now, Verdict.BLOCKED)
    with pytest.raises(AlreadyDone):
        await decided(cast, now, Verdict.LET_THROUGH, key="other")
    await invite(cast, "jo@example.org", signals={"device": "phone-1"})
    assert not (await finding.ring(1, ring.uid)).decided


async def test_an_erased_person_leaves_no_marks(cast: Cast) -> None:
    await ring_of_three(cast)
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    assert await value("SELECT count(*) FROM customer_marks WHERE programme_id = {}", 1) == 0

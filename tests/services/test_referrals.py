"""Referrals: clicked, claimed, settings. PRODUCT G1, G4."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from db.engine import loads, one, run, value
from loyalty import clock
from loyalty.errors import (
    AlreadyDone,
    Invalid,
    KeyReused,
    NotAllowed,
    NotFound,
    Stale,
)
from loyalty.referrals import deciding, policies, undoing
from loyalty.referrals.claiming import claim
from loyalty.referrals.clicking import click
from loyalty.referrals.policies import ReferralPolicy
from tests import factories
from tests.cast import Cast, undo_last
from tests.referring import (
    MARKS,
    NOW,
    coupon_status,
    finn_orders,
    invite,
    status_of,
    with_coupon,
)


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def test_a_click_becomes_the_claim(cast: Cast) -> None:
    await factories.referral_policy(1)
    clicked = await click(1, cast.ines.referral_code, signals=MARKS)
    claimed = await invite(cast, click=clicked)
    assert claimed.uid == clicked
    assert await status_of(claimed.uid) == "pending"
    assert await value("SELECT count(*) FROM referrals WHERE programme_id = 1") == 1


async def test_a_claim_yields_a_coupon_once(cast: Cast) -> None:
    await with_coupon()
    first = await invite(cast)
    assert first.code is not None
    assert (await invite(cast)).code == first.code
    with pytest.raises(AlreadyDone, match="already claimed"):
        await invite(cast, " Finn@EXAMPLE.org", key="another")
    with pytest.raises(KeyReused):
        await invite(cast, "other@example.org", key="claim-finn@example.org")
    assert await value("SELECT count(*) FROM issued_rewards WHERE programme_id = 1") == 1


async def test_only_hashes_of_marks_are_kept(cast: Cast) -> None:
    await factories.referral_policy(1)
    await invite(cast)
    signals = await value("SELECT signals FROM referrals WHERE programme_id = 1")
    assert set(loads(signals)) == {"ip", "device"}
    assert "203.0.113.7" not in str(signals)


async def test_an_address_has_one_referrer_and_the_first_claim_wins(cast: Cast) -> None:
    await factories.referral_policy(1)
    results = await asyncio.gather(
        *(
            claim(1, person.referral_code, "finn@example.org", signals={}, key=person.uid)
            for person in (cast.ines, cast.rex)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, AlreadyDone) for result in results) == 1
    assert await value("SELECT count(*) FROM referrals WHERE programme_id = 1") == 1


async def test_bad_own_and_known_addresses_are_refused(cast: Cast) -> None:
    await factories.referral_policy(1)
    with pytest.raises(Invalid, match="valid e-mail"):
        await invite(cast, "finn")
    with pytest.raises(Invalid, match="can't invite yourself"):
        await invite(cast, "INES@example.org")
    with pytest.raises(NotAllowed, match="new customers"):
        await invite(cast, "pia@example.org")


async def test_an_invitation_is_closed_when_referrals_are_off_or_the_referrer_left(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        await invite(cast)
    with pytest.raises(NotAllowed):
        await click(1, cast.ines.referral_code, signals={})
    await factories.referral_policy(1)
    for code in (cast.pia.referral_code, "NOBODY"):
        with pytest.raises(NotAllowed, match="no longer open"):
            await claim(1, code, "finn@example.org", signals={}, key="k")
        with pytest.raises(NotAllowed, match="no longer open"):
            await click(1, code, signals={})


async def test_the_same_mailbox_is_blocked_with_evidence_and_gets_no_code(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast, "ines+friend@example.org")
    assert claimed.code is None
    row = await one("SELECT status, score, evidence FROM referrals WHERE programme_id = 1")
    assert row is not None
    assert (row["status"], row["score"]) == ("blocked", 80)
    assert loads(row["evidence"])[0]["sentence"] == "Both e-mail addresses reach the same mailbox."


async def test_a_blocked_claim_can_be_let_through(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast, "ines+friend@example.org")
    first = await deciding.let_through(1, claimed.uid, by=cast.mara, reason="Her sister", key="k")
    again = await deciding.let_through(1, claimed.uid, by=cast.mara, reason="Her sister", key="k")
    assert first.uid == again.uid
    assert (await status_of(claimed.uid), await coupon_status()) == ("pending", "outstanding")
    sister = await factories.customer(1, "Ife Okafor", email="ines+friend@example.org")
    assert await finn_orders(cast, friend=sister) is not None


async def test_velocity_holds_the_payment_until_somebody_decides(cast: Cast) -> None:
    await factories.referral_policy(1)
    for number in range(12):
        claimed = await invite(cast, f"friend{number}@example.org", key=f"k{number}")
    assert await value("SELECT score FROM referrals WHERE programme_id = 1 AND uid = {}", claimed.uid) == 40
    await run("UPDATE referrals SET score = 55 WHERE programme_id = 1 AND uid = {}", claimed.uid)
    friend = await factories.customer(1, "Friend Eleven", email="friend11@example.org")
    assert await finn_orders(cast, friend=friend) is None
    assert await status_of(claimed.uid) == "blocked"
    await deciding.let_through(1, claimed.uid, by=cast.mara, reason="A fair", key="k")
    assert await status_of(claimed.uid) == "completed"
    assert await factories.balance(cast.ines) == 300


async def test_settings_are_saved_guarded_and_undone(cast: Cast) -> None:
    wanted = ReferralPolicy(enabled=True, referrer_points=500)
    first = await policies.save(1, wanted, by=cast.mara, key="a")
    assert (await policies.save(1, wanted, by=cast.mara, key="a")).uid == first.uid
    assert await policies.policy(1) == wanted
    await policies.save(1, ReferralPolicy(enabled=True), by=cast.mara, key="b", version=1)
    with pytest.raises(Stale):
        await policies.save(1, wanted, by=cast.theo, key="c", version=1)
    await undo_last(cast, undoing.undo)
    assert await policies.policy(1) == wanted
    with pytest.raises(NotFound):
        await policies.save(1, ReferralPolicy(friend_reward_id=12345), by=cast.mara, key="d")

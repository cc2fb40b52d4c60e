"""Two-step sign-in: codes that work once, recovery codes, roles that must have it. PRODUCT O1."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import Database, rows, value
from db.enums import SessionKind, StaffRole
from loyalty import clock, sessions, staff, vault
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.actors import SYSTEM
from loyalty.rules.two_step import RECOVERY_CODES, STEP
from loyalty.staff.accounts import Account
from loyalty.two_step import proving, setting_up, tickets
from loyalty.two_step.requiring import require, required
from loyalty.two_step.resetting import reset
from loyalty.two_step.state import state
from tests.cast import Cast, assemble
from tests.phones import set_up, uid_of

NEXT = timedelta(seconds=STEP)


@pytest.fixture
async def cast(db: Database) -> Cast:
    return await assemble()


async def account(cast: Cast) -> Account:
    return await staff.get(1, await uid_of(1, cast.theo))


async def test_a_text_is_closed_differently_each_time_and_opens_for_its_purpose_only() -> None:
    one, other = vault.closed("a secret ✓", "totp"), vault.closed("a secret ✓", "totp")
    assert one != other
    assert "secret" not in one
    assert vault.opened(one, "totp") == "a secret ✓"
    assert vault.opened(one, "webhook") is None
    assert vault.opened(one[:-3] + "AA=", "totp") is None
    assert vault.opened("", "totp") is None


async def test_nothing_is_asked_until_the_first_code_was_right(cast: Cast) -> None:
    uid = await uid_of(1, cast.theo)
    await setting_up.begin(1, uid, "")
    with pytest.raises(Invalid, match="code of the moment"):
        await setting_up.confirm(1, uid, "000000", by=cast.theo, token="")
    assert not (await account(cast)).two_step
    assert (await state(1, uid)).uri is not None


async def test_neither_secret_nor_recovery_codes_are_readable_in_the_database(cast: Cast) -> None:
    phone, codes = await set_up(1, cast.theo)
    assert len(set(codes)) == RECOVERY_CODES
    stored = await value("SELECT totp_secret FROM staff WHERE programme_id = 1 AND id = {}", cast.theo.id)
    assert phone.secret not in stored
    hashes = await rows("SELECT code_hash FROM recovery_codes WHERE programme_id = {}", 1)
    assert not {row["code_hash"] for row in hashes} & set(codes)
    assert (await state(1, await uid_of(1, cast.theo))).secret is None


async def test_a_code_works_once_also_for_two_browsers_at_once(cast: Cast) -> None:
    phone, _ = await set_up(1, cast.theo)
    who = await account(cast)
    with clock.at(clock.now() + 2 * NEXT):
        code = phone.code()
        tried = await asyncio.gather(*(proving.prove(who, code) for _ in range(4)))
        assert sorted(tried) == [False, False, False, True]


async def test_the_phones_clock_may_be_one_step_off_and_no_more(cast: Cast) -> None:
    phone, _ = await set_up(1, cast.theo)
    who, later = await account(cast), clock.now() + 10 * NEXT
    with clock.at(later):
        assert not await proving.prove(who, phone.code(later - 2 * NEXT))
        assert not await proving.prove(who, phone.code(later + 2 * NEXT))
        assert await proving.prove(who, phone.code(later - NEXT))
        assert await proving.prove(who, phone.code(later + NEXT))
        assert not await proving.prove(who, phone.code(later))


async def test_a_recovery_code_works_once_in_any_spelling(cast: Cast) -> None:
    _, codes = await set_up(1, cast.theo)
    who = await account(cast)
    assert await proving.prove(who, codes[0].lower().replace("-", " "))
    assert not await proving.prove(who, codes[0])
    assert (await state(1, who.uid)).codes_left == RECOVERY_CODES - 1
    fresh = await setting_up.new_codes(1, who.uid, by=cast.theo)
    assert not await proving.prove(who, codes[1])
    assert await proving.prove(who, fresh[0])


async def test_guessing_is_stopped_and_a_right_code_after_it_too(cast: Cast) -> None:
    phone, _ = await set_up(1, cast.theo)
    who = await account(cast)
    with clock.at(clock.now() + 2 * NEXT):
        for number in range(10):
            assert not await proving.prove(who, f"00000{number}")
        with pytest.raises(staff.TooManyTries):
            await proving.prove(who, phone.code())


async def test_a_ticket_lasts_minutes_and_not_beyond_a_change_of_the_account(cast: Cast) -> None:
    await set_up(1, cast.theo)
    who = await account(cast)
    ticket = tickets.make(who, "password")
    held = await tickets.holder(ticket)
    assert held is not None
    assert (held[0].id, held[1]) == (cast.theo.id, "with a password and a code")
    assert await tickets.holder(ticket[:-2]) is None
    await staff.set_password(1, who.uid, "four unrelated lamp words", by=cast.theo)
    assert await tickets.holder(ticket) is None


async def test_the_first_step_alone_is_not_noted_as_signing_in(cast: Cast) -> None:
    uid = await uid_of(1, cast.theo)
    await staff.set_password(1, uid, "four unrelated lamp words", by=cast.theo)
    await set_up(1, cast.theo, password="four unrelated lamp words")
    found = await staff.by_password("theo@shop.example", "four unrelated lamp words")
    assert found is not None
    assert found.two_step
    signed = "SELECT count(*) FROM actions WHERE programme_id = {} AND verb = 'staff.signed_in'"
    assert await value(signed, 1) == 0


async def test_turning_on_signs_other_browsers_out_and_a_renewed_session_leaves_the_old_token_worthless(
    cast: Cast,
) -> None:
    here, there = [await sessions.start(1, SessionKind.STAFF, cast.theo.id or 0) for _ in range(2)]
    await set_up(1, cast.theo, token=here)
    assert await sessions.authenticate(there) is None
    renewed = await sessions.renew(here)
    assert renewed is not None
    assert await sessions.authenticate(here) is None
    signed = await sessions.authenticate(renewed)
    assert signed is not None
    assert signed.is_fresh(sending=False)
    assert await sessions.renew(here) is None


async def test_a_role_that_must_have_it_owes_it_until_set_up_and_cant_turn_it_off(cast: Cast) -> None:
    token = await sessions.start(1, SessionKind.STAFF, cast.theo.id or 0)
    assert (
        await require(1, {StaffRole.SERVICE}, by=cast.mara) == "Two-step sign-in: required of service staff."
    )
    with pytest.raises(AlreadyDone):
        await require(1, {StaffRole.SERVICE}, by=cast.mara)
    assert await required(1) == {StaffRole.SERVICE}
    assert await required(2) == frozenset()
    signed = await sessions.authenticate(token)
    assert signed is not None
    assert signed.staff is not None
    assert signed.staff.owes_two_step
    await set_up(1, cast.theo, token=token)
    with pytest.raises(NotAllowed):
        await setting_up.turn_off(1, await uid_of(1, cast.theo), by=cast.theo)
    await require(1, set(), by=cast.mara)
    await setting_up.turn_off(1, await uid_of(1, cast.theo), by=cast.theo)
    assert not (await account(cast)).two_step


async def test_an_owner_resets_somebody_elses_and_it_is_on_record(cast: Cast) -> None:
    await set_up(1, cast.theo)
    token = await sessions.start(1, SessionKind.STAFF, cast.theo.id or 0)
    uid = await uid_of(1, cast.theo)
    with pytest.raises(NotAllowed):
        await reset(1, uid, by=cast.theo)
    await reset(1, uid, by=cast.mara)
    assert await sessions.authenticate(token) is None
    assert not (await account(cast)).two_step
    said = "SELECT actor_name FROM actions WHERE programme_id = {} AND verb = 'staff.two_step_reset'"
    assert await value(said, 1) == "Mara"
    with pytest.raises(AlreadyDone):
        await reset(1, uid, by=SYSTEM)
    assert await value("SELECT count(*) FROM recovery_codes WHERE programme_id = {}", 1) == 0

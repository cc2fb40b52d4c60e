"""Sessions: who a cookie is, for how long, and what of it is stored. DESIGN §6."""

from datetime import timedelta

import pytest

from db.engine import rows, run, watched
from db.enums import SessionKind
from loyalty import clock, sessions
from tests.cast import Cast, assemble
from tests.factories import START

STAFF, MEMBER = SessionKind.STAFF, SessionKind.MEMBER


@pytest.fixture
async def cast(db: object) -> Cast:
    return await assemble()


async def signed_in(cast: Cast, **also: str) -> str:
    assert cast.mara.id is not None
    with clock.at(START):
        return await sessions.start(cast.programme_id, STAFF, cast.mara.id, **also)


async def works(token: str, after: timedelta = timedelta()) -> bool:
    with clock.at(START + after):
        return await sessions.authenticate(token) is not None


async def test_a_cookie_says_who_is_signed_in_and_where(cast: Cast) -> None:
    token = await signed_in(cast)
    with clock.at(START):
        signed = await sessions.authenticate(token)
    assert signed is not None
    assert signed.staff is not None
    assert (signed.programme_id, signed.kind, signed.subject_id) == (cast.programme_id, STAFF, cast.mara.id)
    assert (signed.staff.name, signed.staff.role) == ("Mara", "owner")
    assert len(signed.csrf_secret) == 32
    assert signed.flash == ()


async def test_a_members_session_names_the_customer_and_no_staff(cast: Cast) -> None:
    with clock.at(START):
        token = await sessions.start(cast.programme_id, MEMBER, cast.ines.id)
        signed = await sessions.authenticate(token)
    assert signed is not None
    assert (signed.kind, signed.subject_id, signed.staff) == (MEMBER, cast.ines.id, None)


async def test_only_the_hash_of_a_token_is_stored(cast: Cast) -> None:
    token = await signed_in(cast)
    secret = token.rpartition(".")[2]
    assert len(secret) == 43
    stored = await rows("SELECT * FROM sessions WHERE programme_id = {}", cast.programme_id)
    assert secret not in str(stored)


async def test_staff_are_signed_out_after_thirty_idle_minutes(cast: Cast) -> None:
    token = await signed_in(cast)
    assert await works(token, timedelta(minutes=29))
    assert await works(token, timedelta(minutes=58))
    assert not await works(token, timedelta(minutes=89))


async def test_staff_are_signed_out_after_twelve_hours_however_busy(cast: Cast) -> None:
    token = await signed_in(cast)
    for quarter in range(1, 48):
        assert await works(token, timedelta(minutes=15 * quarter))
    assert not await works(token, timedelta(hours=12))


async def test_members_stay_signed_in_while_they_come_back_within_thirty_days(cast: Cast) -> None:
    with clock.at(START):
        token = await sessions.start(cast.programme_id, MEMBER, cast.ines.id)
    assert await works(token, timedelta(days=29))
    assert await works(token, timedelta(days=58))
    assert not await works(token, timedelta(days=88, seconds=1))


async def test_a_visit_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    token = await signed_in(cast)
    for after, writes in ((59, 0), (61, 1), (90, 0), (121, 1)):
        with watched() as statements:
            assert await works(token, timedelta(seconds=after))
        assert sum(text.startswith("UPDATE") for text in statements) == writes


async def test_a_visitor_without_a_session_costs_no_write(cast: Cast) -> None:
    strangers = ["", "x", ".", "programme-bloom." + "a" * 43, "\u00e9." + "a" * 43, "a" * 100]
    with watched() as statements:
        assert not any([await works(token) for token in strangers])
    assert all(text.startswith("SELECT") for text in statements)


async def test_a_token_of_one_programme_opens_nothing_in_another(cast: Cast) -> None:
    token = await signed_in(cast)
    assert not await works("programme-nook." + token.rpartition(".")[2])


async def test_signing_in_ends_the_session_the_browser_came_with(cast: Cast) -> None:
    planted = await signed_in(cast)
    token = await signed_in(cast, replacing=planted)
    assert token != planted
    assert await works(token)
    assert not await works(planted)


async def test_signing_out_ends_this_session_and_no_other(cast: Cast) -> None:
    here, there = await signed_in(cast), await signed_in(cast)
    await sessions.end(here)
    await sessions.end("nonsense")
    assert not await works(here)
    assert await works(there)


async def test_signing_out_everywhere_can_spare_this_browser(cast: Cast) -> None:
    assert cast.mara.id is not None
    here, there = await signed_in(cast), await signed_in(cast)
    assert await sessions.end_all(cast.programme_id, STAFF, cast.mara.id, except_token=here) == 1
    assert await works(here)
    assert not await works(there)
    assert await sessions.end_all(cast.programme_id, STAFF, cast.mara.id) == 1
    assert not await works(here)


async def test_a_removed_staff_member_is_nobody_at_once(cast: Cast) -> None:
    token = await signed_in(cast)
    await run("UPDATE staff SET status = 'removed' WHERE programme_id = {} AND id = {}", 1, cast.mara.id)
    assert not await works(token)


async def test_a_sentence_waits_for_the_next_page_and_is_said_once(cast: Cast) -> None:
    token = await signed_in(cast)
    with clock.at(START):
        await sessions.put_flash(token, "Ines now has 170 points.", "undo-me")
        signed = await sessions.authenticate(token)
        assert signed is not None
        assert signed.flash == (sessions.Flash("Ines now has 170 points.", "undo-me"),)
        assert await sessions.take_flash(token) == signed.flash
        assert await sessions.take_flash(token) == ()
        await sessions.put_flash("nobody", "Lost.")
        assert await sessions.take_flash("nobody") == ()


async def test_of_many_waiting_sentences_the_last_five_are_kept(cast: Cast) -> None:
    token = await signed_in(cast)
    with clock.at(START):
        for number in range(7):
            await sessions.put_flash(token, f"Sentence {number}.")
        assert [flash.sentence[-2] for flash in await sessions.take_flash(token)] == list("23456")


async def test_people_see_their_own_sessions_and_can_end_one(cast: Cast) -> None:
    assert cast.mara.id is not None
    assert cast.theo.id is not None
    token = await signed_in(cast, agent="Firefox\0 on Linux", ip="192.0.2.7")
    with clock.at(START + timedelta(minutes=5)):
        await sessions.start(cast.programme_id, STAFF, cast.mara.id, agent="A phone")
        await sessions.start(cast.programme_id, STAFF, cast.theo.id)
        signed = await sessions.authenticate(token)
        assert signed is not None
        mine = await sessions.listing(cast.programme_id, STAFF, cast.mara.id, current_uid=signed.session_uid)
        assert {(one.agent, one.ip, one.current) for one in mine} == {
            ("Firefox on Linux", "192.0.2.7", True),
            ("A phone", "", False),
        }
        other = next(one for one in mine if not one.current)
        assert not await sessions.end_one(cast.programme_id, STAFF, cast.theo.id, other.uid)
        assert await sessions.end_one(cast.programme_id, STAFF, cast.mara.id, other.uid)
        assert not await sessions.end_one(cast.programme_id, STAFF, cast.mara.id, other.uid)
        assert len(await sessions.listing(cast.programme_id, STAFF, cast.mara.id)) == 1


async def test_ended_sessions_are_forgotten_after_a_week(cast: Cast) -> None:
    ended = await signed_in(cast)
    with clock.at(START):
        await sessions.end(ended)
        await sessions.start(cast.programme_id, MEMBER, cast.ines.id)
    with clock.at(START + timedelta(days=6)):
        assert await sessions.forget_old(cast.programme_id) == 0
    with clock.at(START + timedelta(days=8)):
        assert await sessions.forget_old(cast.programme_id) == 1

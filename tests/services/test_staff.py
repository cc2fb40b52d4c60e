"""Who works here: adding, signing in, roles, leaving. PRODUCT O1, DESIGN §6."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import rows
from db.enums import SessionKind, StaffRole, StaffStatus
from loyalty import clock, sessions, staff
from loyalty.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from loyalty.rules.actors import SYSTEM
from loyalty.settings import settings
from loyalty.staff.accounts import Account
from tests import factories
from tests.cast import Cast, assemble
from tests.factories import START

GOOD = "correct horse battery staple"
NEW = "theo.new@shop.example"


@pytest.fixture
async def cast(db: object) -> Cast:
    return await assemble()


async def account_of(cast: Cast, name: str) -> Account:
    return next(one for one in await staff.listing(cast.programme_id) if one.name == name)


async def invited(cast: Cast) -> staff.Added:
    return await staff.add(cast.programme_id, NEW, StaffRole.SERVICE, by=cast.mara)


async def test_an_invitation_link_signs_in_once(cast: Cast) -> None:
    added = await invited(cast)
    assert added.account.status is StaffStatus.INVITED
    assert added.link_token is not None
    account = await staff.by_link(added.link_token)
    assert account is not None
    assert account.email == NEW
    assert (await account_of(cast, account.name)).status is StaffStatus.ACTIVE
    assert await staff.by_link(added.link_token) is None


async def test_a_link_used_by_two_at_once_lets_one_in(cast: Cast) -> None:
    token = (await invited(cast)).link_token
    assert token is not None
    entered = await asyncio.gather(*(staff.by_link(token) for _ in range(5)))
    assert sum(account is not None for account in entered) == 1


async def test_a_link_is_too_old_after_a_day(cast: Cast) -> None:
    with clock.at(START):
        token = (await invited(cast)).link_token
    assert token is not None
    with clock.at(START + timedelta(hours=24)):
        assert await staff.by_link(token) is None
    with clock.at(START + timedelta(hours=23)):
        assert await staff.by_link(token) is not None


async def test_a_second_invitation_makes_the_first_link_worthless(cast: Cast) -> None:
    first, second = await invited(cast), await invited(cast)
    assert first.account.id == second.account.id
    assert first.link_token is not None
    assert second.link_token is not None
    assert await staff.by_link(first.link_token) is None
    assert await staff.by_link(second.link_token) is not None


async def test_only_the_hash_of_a_link_is_stored(cast: Cast) -> None:
    token = (await invited(cast)).link_token
    assert token is not None
    stored = await rows("SELECT * FROM login_tokens WHERE programme_id = {}", cast.programme_id)
    assert token.rpartition(".")[2] not in str(stored)


async def test_nonsense_is_no_link(cast: Cast) -> None:
    for token in ("", "x", "." * 66, "\u00e9" * 66, "programme-bloom." + "a" * 43):
        assert await staff.by_link(token) is None


async def test_staff_sign_in_with_the_password_they_were_given(cast: Cast) -> None:
    await staff.add(cast.programme_id, NEW, StaffRole.MANAGER, by=SYSTEM, password=GOOD)
    account = await staff.by_password("  Theo.New@Shop.example ", GOOD, ip="192.0.2.1")
    assert account is not None
    assert (account.programme_id, account.role) == (cast.programme_id, StaffRole.MANAGER)


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast) -> None:
    await staff.add(cast.programme_id, NEW, StaffRole.MANAGER, by=SYSTEM, password=GOOD)
    assert await staff.by_password(NEW, "wrong") is None
    assert await staff.by_password("nobody@shop.example", GOOD) is None
    assert await staff.by_password("not an address", GOOD) is None
    assert await staff.by_password("mara@shop.example", "") is None


async def test_an_unknown_address_costs_a_hash_like_a_known_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff.add(cast.programme_id, NEW, StaffRole.MANAGER, by=SYSTEM, password=GOOD)
    checked: list[str] = []

    async def matches(stored: str, password: str) -> bool:
        checked.append(stored.split("$")[3])
        return False

    monkeypatch.setattr("loyalty.staff.hashing.matches", matches)
    await staff.by_password(NEW, GOOD)
    await staff.by_password("nobody@shop.example", GOOD)
    assert checked == ["m=19456,t=2,p=1"] * 2


async def test_the_eleventh_failed_try_for_an_address_is_refused_for_a_quarter_of_an_hour(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(stored: str, password: str) -> bool:
        return False

    monkeypatch.setattr("loyalty.staff.hashing.matches", never)
    for known in (NEW, "nobody@shop.example"):
        with clock.at(START):
            for _ in range(10):
                assert await staff.by_password(known, "wrong") is None
            for _ in range(3):
                with pytest.raises(staff.TooManyTries, match="quarter of an hour"):
                    await staff.by_password(known, "wrong")
        with clock.at(START + timedelta(minutes=15)):
            assert await staff.by_password(known, "wrong") is None


async def test_of_many_tries_at_once_no_more_than_ten_are_checked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(stored: str, password: str) -> bool:
        return False

    monkeypatch.setattr("loyalty.staff.hashing.matches", never)
    answers = await asyncio.gather(
        *(staff.by_password(NEW, "wrong") for _ in range(30)), return_exceptions=True
    )
    assert sum(answer is None for answer in answers) <= 10
    assert all(answer is None or isinstance(answer, staff.TooManyTries) for answer in answers)


async def test_one_network_can_not_try_many_addresses(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(stored: str, password: str) -> bool:
        return False

    monkeypatch.setattr("loyalty.staff.hashing.matches", never)
    for number in range(50):
        await staff.by_password(f"{number}@shop.example", "wrong", ip=f"2001:db8::{number:x}")
    with pytest.raises(staff.TooManyTries):
        await staff.by_password("another@shop.example", "wrong", ip="2001:db8::ffff")
    assert await staff.by_password("another@shop.example", "wrong", ip="2001:db8:1::1") is None


async def test_signing_in_forgets_the_failed_tries(cast: Cast) -> None:
    await staff.add(cast.programme_id, NEW, StaffRole.MANAGER, by=SYSTEM, password=GOOD)
    with clock.at(START):
        for _ in range(3):
            for _ in range(4):
                await staff.by_password(NEW, "wrong")
            assert await staff.by_password(NEW, GOOD) is not None
    tries = await rows("SELECT key_hash FROM sign_in_attempts WHERE programme_id = 0")
    assert tries == []


async def test_one_address_in_two_programmes_enters_the_one_its_password_is_for(cast: Cast) -> None:
    await staff.add(cast.programme_id, NEW, StaffRole.SERVICE, by=SYSTEM, password=GOOD)
    await staff.add(cast.other_programme_id, NEW, StaffRole.OWNER, by=SYSTEM, password=GOOD + " two")
    here, there = await staff.by_password(NEW, GOOD), await staff.by_password(NEW, GOOD + " two")
    assert here is not None
    assert there is not None
    assert (here.programme_id, there.programme_id) == (cast.programme_id, cast.other_programme_id)


@pytest.mark.parametrize("password", ["short", "theo.new@shop.example", "passwordpassword1", "1234567890123"])
async def test_obvious_passwords_are_refused(cast: Cast, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        await staff.add(cast.programme_id, NEW, StaffRole.MANAGER, by=SYSTEM, password=password)
    assert refused.value.field == "password"


async def test_a_new_password_replaces_the_old_and_signs_out_elsewhere(cast: Cast) -> None:
    added = await staff.add(cast.programme_id, NEW, StaffRole.MANAGER, by=SYSTEM, password=GOOD)
    here = await sessions.start(cast.programme_id, SessionKind.STAFF, added.account.id)
    there = await sessions.start(cast.programme_id, SessionKind.STAFF, added.account.id)
    changed = GOOD.replace("horse", "zebra")
    await staff.set_password(
        cast.programme_id, added.account.uid, changed, by=added.account.actor, except_token=here
    )
    assert await sessions.authenticate(here) is not None
    assert await sessions.authenticate(there) is None
    assert await staff.by_password(NEW, GOOD) is None
    assert await staff.by_password(NEW, changed) is not None


async def test_an_address_that_works_here_is_not_added_again(cast: Cast) -> None:
    with pytest.raises(AlreadyDone, match="works here already"):
        await staff.add(cast.programme_id, "Theo@shop.example", StaffRole.OWNER, by=cast.mara)
    assert (await account_of(cast, "Theo")).role is StaffRole.SERVICE
    with pytest.raises(Invalid, match="isn't an e-mail address"):
        await staff.add(cast.programme_id, "theo at home", StaffRole.OWNER, by=cast.mara)


async def test_removing_somebody_ends_sessions_links_and_password_at_once(cast: Cast) -> None:
    theo = await account_of(cast, "Theo")
    session = await sessions.start(cast.programme_id, SessionKind.STAFF, theo.id)
    link = await staff.sign_in_link(cast.programme_id, theo.uid, by=cast.mara)
    await staff.remove(cast.programme_id, theo.uid, by=cast.mara)
    assert await sessions.authenticate(session) is None
    assert await staff.by_link(link) is None
    with pytest.raises(NotFound):
        await staff.remove(cast.programme_id, theo.uid, by=cast.mara)
    with pytest.raises(NotAllowed):
        await staff.sign_in_link(cast.programme_id, theo.uid, by=cast.mara)


async def test_somebody_removed_can_be_invited_back(cast: Cast) -> None:
    theo = await account_of(cast, "Theo")
    await staff.remove(cast.programme_id, theo.uid, by=cast.mara)
    back = await staff.add(cast.programme_id, theo.email, StaffRole.ANALYST, by=cast.mara, name="Theo")
    assert (back.account.id, back.account.role) == (theo.id, StaffRole.ANALYST)


async def test_the_last_owner_can_neither_leave_nor_step_down(cast: Cast) -> None:
    mara = await account_of(cast, "Mara")
    with pytest.raises(NotAllowed, match="only owner"):
        await staff.remove(cast.programme_id, mara.uid, by=cast.mara)
    with pytest.raises(NotAllowed, match="only owner"):
        await staff.change_role(cast.programme_id, mara.uid, StaffRole.MANAGER, by=cast.mara)


async def test_two_owners_who_remove_each_other_at_once_leave_one(cast: Cast) -> None:
    await factories.staff(cast.programme_id, "Second", StaffRole.OWNER)
    both = [await account_of(cast, "Mara"), await account_of(cast, "Second")]
    outcomes = await asyncio.gather(
        *(staff.remove(cast.programme_id, one.uid, by=SYSTEM) for one in both), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [NotAllowed]


async def test_a_new_role_asks_for_a_new_sign_in(cast: Cast) -> None:
    theo = await account_of(cast, "Theo")
    session = await sessions.start(cast.programme_id, SessionKind.STAFF, theo.id)
    changed = await staff.change_role(cast.programme_id, theo.uid, StaffRole.MANAGER, by=cast.mara)
    assert changed.role is StaffRole.MANAGER
    assert await sessions.authenticate(session) is None
    with pytest.raises(AlreadyDone):
        await staff.change_role(cast.programme_id, theo.uid, StaffRole.MANAGER, by=cast.mara)


async def test_staff_of_another_programme_are_not_found(cast: Cast) -> None:
    theo = await account_of(cast, "Theo")
    with pytest.raises(NotFound):
        await staff.remove(cast.other_programme_id, theo.uid, by=cast.nils)
    with pytest.raises(NotFound):
        await staff.change_role(cast.other_programme_id, theo.uid, StaffRole.OWNER, by=cast.nils)


async def test_every_verb_leaves_an_action(cast: Cast) -> None:
    added = await invited(cast)
    await staff.change_role(cast.programme_id, added.account.uid, StaffRole.ANALYST, by=cast.mara)
    await staff.remove(cast.programme_id, added.account.uid, by=cast.mara)
    written = await rows("SELECT verb FROM actions WHERE programme_id = {} ORDER BY id", cast.programme_id)
    assert [row["verb"] for row in written] == ["staff.invited", "staff.role_changed", "staff.removed"]


async def test_the_first_start_prints_a_link_that_makes_an_owner(db: object) -> None:
    programme_id = await factories.programme()
    lost = await staff.first_owner_link(programme_id, "https://loyalty.example/")
    link = await staff.first_owner_link(programme_id, "https://loyalty.example/")
    assert lost is not None
    assert link is not None
    assert link.startswith("https://loyalty.example/admin/sign-in/link/programme-bloom.")
    assert await staff.by_link(lost.rpartition("/")[2]) is None
    account = await staff.by_link(link.rpartition("/")[2])
    assert account is not None
    assert account.role is StaffRole.OWNER
    assert await staff.first_owner_link(programme_id, "https://loyalty.example/") is None


async def test_only_a_demo_shop_lets_anybody_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound):
        await staff.demo_sign_in_link(cast.programme_id)
    demo = settings().model_copy(update={"demo": True})
    monkeypatch.setattr("loyalty.staff.first.settings", lambda: demo)
    links = [await staff.demo_sign_in_link(cast.programme_id) for _ in range(2)]
    for link in links:
        account = await staff.by_link(link.rpartition("/")[2])
        assert account is not None
        assert account.name == "Mara"

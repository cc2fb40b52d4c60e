"""Signing in without a password. PRODUCT A4, O2."""

from datetime import timedelta

import httpx
import pytest

from db.engine import one, rows, run
from db.enums import SessionKind
from loyalty import clock, sessions
from loyalty.customers.privacy import erase
from loyalty.jobs.worker import Worker
from loyalty.mail import suppressing
from loyalty.members import asking
from loyalty.members.proving import OTHER_BROWSER, SPENT, SPENT_LINK, TRIES, WRONG_CODE
from tests.cast import Cast
from tests.mailbox import Mailbox
from tests.web.browsers import OTHER_SITE
from tests.web.desk import field
from tests.web.portal.conftest import Browse, sign_in, stranger
from web.outer import App

CODE = "/portal/sign-in/code"


async def ask(client: httpx.AsyncClient, email: str = "ines@example.org") -> httpx.Response:
    answer = await client.post("/portal/sign-in", data={"email": email, "shop": "bloom"})
    await Worker().step()
    return answer


async def test_a_code_from_the_mail_signs_a_member_in(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    await suppressing.suppress(1, "ines@example.org", "550 No such user")
    await sign_in(client, mailbox, "Ines@Example.org")
    assert not await suppressing.suppressed(1, "ines@example.org"), "she read it"
    home = await client.get("/portal")
    assert (home.status_code, "Ines" in home.text) == (200, True)
    assert mailbox.last["To"] == "Ines@Example.org"


async def test_signed_out_every_page_leads_to_the_sign_in_and_back(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    await run("UPDATE programmes SET handle = 'gone' WHERE programme_id = 2")
    client = await browse(None)
    answer = await client.get("/portal?from=mail")
    assert answer.headers["location"] == "/portal/sign-in?next=%2Fportal%3Ffrom%3Dmail"
    await client.post(
        "/portal/sign-in?next=/portal%3Ffrom%3Dmail", data={"email": "ines@example.org", "shop": "bloom"}
    )
    await Worker().step()
    done = await client.post(CODE, data={"code": mailbox.code()})
    assert done.headers["location"] == "/portal?from=mail"


@pytest.mark.parametrize(
    "next_", ["https://evil.example", "//evil.example", "/admin", "/portal/../admin\\", "/portal.evil"]
)
async def test_signing_in_never_leads_elsewhere(
    people: Cast, browse: Browse, mailbox: Mailbox, next_: str
) -> None:
    client = await browse(None)
    await client.post(
        "/portal/sign-in", params={"next": next_}, data={"email": "ines@example.org", "shop": "bloom"}
    )
    await Worker().step()
    done = await client.post(CODE, data={"code": mailbox.code()})
    assert done.headers["location"] == "/portal"


async def test_known_and_unknown_addresses_are_answered_alike(
    people: Cast, app: App, mailbox: Mailbox
) -> None:
    pages = []
    for email in ("ines@example.org", "olu@example.org", "pia@example.org", "nobody@example.org"):
        async with stranger(app) as client:
            asked = await ask(client, email)
            page = await client.get(CODE)
            pages.append((asked.status_code, asked.headers["location"], page.text.replace(email, "…")))
    assert len(set(pages)) == 1
    assert len(mailbox.mails) == 4, "everybody gets a code: who has none can join with it"


async def test_a_code_works_once(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    await ask(client)
    kept = client.cookies["sign-in"]
    await client.post(CODE, data={"code": mailbox.code()})
    client.cookies.clear()
    client.cookies.set("sign-in", kept)
    again = await client.post(CODE, data={"code": mailbox.code()})
    assert (again.status_code, SPENT in again.text) == (422, True)


async def test_a_code_is_good_for_ten_minutes(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    await ask(client)
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        late = await client.post(CODE, data={"code": mailbox.code()})
    assert (late.status_code, SPENT in late.text) == (422, True)


async def test_a_code_is_worth_nothing_in_another_browser(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    await ask(await browse(None))
    other = await browse(None)
    answer = await other.post(CODE, data={"code": mailbox.code()})
    assert (answer.status_code, SPENT in answer.text) == (422, True)


async def test_five_wrong_codes_spend_the_right_one(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    await ask(client)
    right = mailbox.code()
    wrong = str((int(right) + 1) % 10**8).zfill(8)
    for _ in range(TRIES):
        answer = await client.post(CODE, data={"code": wrong})
        assert (answer.status_code, WRONG_CODE in answer.text) == (422, True)
        assert f'value="{wrong}"' in answer.text
    answer = await client.post(CODE, data={"code": right})
    assert (answer.status_code, SPENT in answer.text) == (422, True)


async def test_a_code_may_be_typed_in_groups(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    await ask(client)
    code = mailbox.code()
    assert (await client.post(CODE, data={"code": f" {code[:4]} {code[4:]} "})).status_code == 303


async def test_opening_the_link_never_uses_it_and_pressing_its_button_does_once(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    client = await browse(None)
    await ask(client)
    path = f"/portal/sign-in/link/{mailbox.link()}"
    for _ in range(3):
        page = await client.get(path)
        assert (page.status_code, "One more press" in page.text) == (200, True)
        assert page.headers["cache-control"] == "no-store"
    kept = client.cookies["sign-in"]
    assert (await client.post(path)).headers["location"] == "/portal"
    assert (await client.get("/portal")).status_code == 200
    client.cookies.clear()
    client.cookies.set("sign-in", kept)
    again = await client.post(path)
    assert (again.status_code, SPENT_LINK in again.text) == (422, True)


async def test_the_link_opens_nothing_in_another_browser_and_stays_good_in_its_own(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    own, other = await browse(None), await browse(None)
    await ask(own)
    path = f"/portal/sign-in/link/{mailbox.link()}"
    assert "Go back to where you asked" in (await other.get(path)).text
    refused = await other.post(path)
    assert (refused.status_code, OTHER_BROWSER in refused.text) == (422, True)
    await ask(other, "rex@example.org")
    assert OTHER_BROWSER in (await other.post(path)).text
    assert (await own.post(path)).status_code == 303


async def test_every_byte_of_code_link_and_cookies_counts(
    people: Cast, browse: Browse, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty.members.proving.TRIES", 10**6)
    client = await browse(None)
    await ask(client)
    browser, link, code = client.cookies["sign-in"], mailbox.link(), mailbox.code()
    for token in flipped(link):
        assert (await client.post(f"/portal/sign-in/link/{token}")).status_code in (404, 422), token
    for token in flipped(browser):
        client.cookies.set("sign-in", token)
        assert (await client.post(CODE, data={"code": code})).status_code == 422, token
        assert (await client.post(f"/portal/sign-in/link/{link}")).status_code == 422, token
    client.cookies.set("sign-in", browser)
    for at in range(len(code)):
        wrong = code[:at] + str((int(code[at]) + 1) % 10) + code[at + 1 :]
        assert (await client.post(CODE, data={"code": wrong})).status_code == 422
    assert (await client.post(CODE, data={"code": code})).status_code == 303
    session = client.cookies["member"]
    for token in flipped(session):
        client.cookies.set("member", token)
        assert (await client.get("/portal")).status_code == 303, token


def flipped(token: str) -> list[str]:
    """The token with each of its characters replaced by another that could stand there."""
    return [token[:at] + ("A" if letter != "A" else "B") + token[at + 1 :] for at, letter in enumerate(token)]


async def test_what_is_stored_of_codes_and_links_signs_nobody_in(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    client = await browse(None)
    await ask(client)
    row = await one("SELECT * FROM sign_in_requests WHERE programme_id = 1")
    assert row is not None
    stored = " ".join(str(part) for part in row.values())
    for secret in (mailbox.code(), mailbox.link().rpartition(".")[2], client.cookies["sign-in"][-43:]):
        assert secret not in stored
    mails = await rows("SELECT letter, after FROM mails WHERE programme_id = 1")
    assert mailbox.code()[:4] + " " not in str(mails)


@pytest.mark.parametrize("typed", ["", "nope", "a@b", "x" * 300 + "@example.org"])
async def test_a_mistyped_address_is_422_and_stays(
    people: Cast, browse: Browse, mailbox: Mailbox, typed: str
) -> None:
    client = await browse(None)
    answer = await ask(client, typed)
    assert (answer.status_code, f'value="{typed}"' in answer.text) == (422, True)
    assert 'aria-invalid="true"' in answer.text
    assert mailbox.mails == []


async def test_one_mailbox_is_not_flooded(people: Cast, app: App, mailbox: Mailbox) -> None:
    answers = []
    for _ in range(asking.PER_ADDRESS + 1):
        async with stranger(app) as client:
            answers.append(await ask(client))
    assert [answer.status_code for answer in answers] == [303] * asking.PER_ADDRESS + [429]
    assert "Wait a quarter of an hour" in answers[-1].text


async def test_one_network_does_not_ask_for_ever(
    people: Cast, app: App, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PER_NETWORK", 2)
    codes = []
    for number in range(3):
        async with stranger(app) as client:
            codes.append((await ask(client, f"somebody-{number}@example.org")).status_code)
    assert codes == [303, 303, 429]


async def test_another_site_cannot_ask_or_sign_in(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    sent = {"email": "ines@example.org", "shop": "bloom"}
    assert (await client.post("/portal/sign-in", data=sent, headers=OTHER_SITE)).status_code == 403
    await ask(client)
    answer = await client.post(CODE, data={"code": mailbox.code()}, headers=OTHER_SITE)
    assert answer.status_code == 403


async def test_a_shop_on_a_platform_has_its_own_door(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    assert (await client.get("/portal/sign-in")).status_code == 404
    assert (await client.get("/portal/to/nowhere")).status_code == 404
    door = await client.get("/portal/to/nook")
    assert (door.status_code, "Nook" in door.text) == (200, True)
    assert '<meta name="description" content="Your rewards at ' in door.text
    assert "noindex" not in door.text, "the one page of the portal that may be found by a search"
    await sign_in(client, mailbox, "ada@example.org", "nook")
    assert "Ada" in (await client.get("/portal")).text
    assert (await client.get("/portal/to/nook")).headers["location"] == "/portal"
    left = await client.post(
        "/portal/sign-out", data={"csrf": field((await client.get("/portal")).text, "csrf")}
    )
    assert left.headers["location"] == "/portal/to/nook"
    assert (await client.get("/portal")).status_code == 303


async def test_the_same_address_is_another_person_in_another_programme(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    client = await browse(None)
    await sign_in(client, mailbox, "ines@example.org", "nook")
    assert "Join Nook" in (await client.get("/portal")).text


async def test_members_and_staff_never_pass_each_others_guard(people: Cast, browse: Browse) -> None:
    member = await browse(people.ines)
    token = member.cookies["member"]
    member.cookies.set("session", token)
    assert (await member.get("/admin/customers")).headers["location"].startswith("/admin/sign-in")
    assert people.mara.id is not None
    staff = await sessions.start(1, SessionKind.STAFF, people.mara.id)
    worker = await browse(None)
    worker.cookies.set("member", staff)
    assert (await worker.get("/portal")).headers["location"].startswith("/portal/sign-in")
    worker.cookies.set("session", staff)
    assert (await worker.get("/portal")).headers["location"].startswith("/portal/sign-in")
    assert (await worker.get("/admin")).status_code == 200


async def test_an_erased_persons_session_is_over(people: Cast, browse: Browse) -> None:
    client = await browse(people.ines)
    await erase(1, people.ines.id, reason="Asked for it")
    assert (await client.get("/portal")).status_code == 303

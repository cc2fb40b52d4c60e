"""A member on a phone: signs in by a code from a real mail server, redeems, looks around; also without JavaScript."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import gallery
from tests.browser.conftest import Window
from tests.browser.launching import NARROW, WIDE
from tests.browser.test_accessibility import overflows, violations
from tests.mailbox import Mailbox, listening

CODE = re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$")
INES = "ines.okafor@example.com"
PHONE = {"viewport": {"width": NARROW[0], "height": NARROW[1]}}
NO_SCRIPT = {**PHONE, "java_script_enabled": False}
BOTH = pytest.mark.parametrize(
    "phone", [pytest.param(PHONE, id="scripts"), pytest.param(NO_SCRIPT, id="no-scripts")], indirect=True
)
PAGES = (
    "/portal",
    "/portal/card",
    "/portal/rewards?show=all",
    "/portal/rewards/mine",
    "/portal/activity",
    "/portal/activity/balance",
    "/portal/refer",
    "/portal/data",
)
LOOKS = [
    pytest.param(
        {"color_scheme": "light", "viewport": {"width": WIDE[0], "height": WIDE[1]}}, id="light-wide"
    ),
    pytest.param({"color_scheme": "dark", **PHONE}, id="dark-phone"),
    pytest.param(
        {"color_scheme": "light", "viewport": {"width": 320, "height": 640}, "locale": "ar-XB"},
        id="right-to-left-320",
    ),
]


@pytest.fixture(scope="session")
def mail() -> Iterator[Mailbox]:
    with listening() as box:
        yield box


@pytest.fixture(scope="session")
def mailing_shop(demo_played: Path, mail: Mailbox) -> Iterator[str]:
    """The demo shop with a real mail server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGULARS_SMTP_URL", f"smtp://127.0.0.1:{mail.port}")
        patch.setenv("REGULARS_MAIL_FROM", "hello@juniper-rye.example")
        with gallery.demo_shop(demo_played) as address:
            yield address


@pytest.fixture
def phone(chromium: Browser, mailing_shop: str, request: pytest.FixtureRequest) -> Iterator[Window]:
    """Somebody's phone, signed in nowhere."""
    given: dict[str, Any] = getattr(request, "param", PHONE)
    context = chromium.new_context(**given)
    context.set_default_timeout(10_000)
    opened = Window(context, context.new_page(), mailing_shop)
    opened.page.on("console", lambda said: said.type == "error" and opened.complaints.append(said.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()
    assert opened.complaints == []


def code_for(mail: Mailbox, email: str, before: int) -> str:
    """The code of the first mail to this address after so many mails."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for each in mail.mails[before:]:
            if each["To"] == email and "is your code" in str(each["Subject"]):
                return str(each["Subject"])[:9]
        time.sleep(0.05)
    raise AssertionError("no code came")


@BOTH
def test_a_member_signs_in_by_a_code_and_redeems_a_reward(phone: Window, mail: Mailbox) -> None:
    page, before = phone.open("/portal"), len(mail.mails)
    page.get_by_label("E-mail address").fill(INES)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.get_by_label("Code").fill(code_for(mail, INES, before))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Ines Okafor")).to_be_visible()
    page.get_by_role("navigation", name="Member, at the bottom").get_by_role("link", name="Rewards").click()
    page.get_by_role("link", name="Redeem Croissant of the week").click()
    expect(page.get_by_text("What remains")).to_be_visible()
    page.get_by_role("button", name="Redeem it").click()
    expect(page.get_by_role("img", name="Barcode of the code")).to_be_visible()
    expect(page.locator("#code")).to_have_text(CODE)
    page.get_by_role("link", name="All of mine").click()
    expect(page.get_by_role("link", name="Croissant of the week").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail address")).to_be_visible()


@BOTH
def test_a_wrong_code_keeps_the_words_and_says_what_to_do(phone: Window) -> None:
    page = phone.open("/portal")
    page.get_by_label("E-mail address").fill("somebody@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill("0000 0000")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Sign in").click()
    assert answered.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("This code isn’t right.")
    expect(page.get_by_label("Code")).to_have_value("0000 0000")
    phone.complaints.clear()  # the browser reports every 422 on its console


@pytest.mark.parametrize("phone", LOOKS, indirect=True)
def test_the_members_pages_are_accessible_and_fit(phone: Window) -> None:
    page = phone.open("/portal")
    assert violations(phone) == []
    assert not overflows(phone)
    page.locator("form.demo button").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    for path in PAGES:
        phone.open(path)
        assert violations(phone) == [], path
        assert not overflows(phone), path
    phone.open("/portal/rewards")
    page.locator(".reward .btn").first.click()
    page.wait_for_load_state()
    assert violations(phone) == []
    phone.open("/portal/rewards/mine")
    page.locator(".copies a").first.click()
    page.wait_for_load_state()
    assert violations(phone) == []
    assert not overflows(phone)

"""On a phone: the taste profile and its bonus, a favourite shelf, unsubscribing; also without JavaScript."""

import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import gallery
from tests.browser.conftest import Window
from tests.browser.launching import NARROW
from tests.browser.test_accessibility import LOOKS, overflows, violations
from tests.house.places import ROOT

PHONE = {"viewport": {"width": NARROW[0], "height": NARROW[1]}}
SMALL = {"viewport": {"width": 320, "height": 640}}
SCRIPTS = pytest.param(PHONE, "rex.moreau@example.com", id="scripts")
NO_SCRIPTS = pytest.param({**PHONE, "java_script_enabled": False}, "hanna.vogel@example.com", id="no-scripts")
HOME = "/portal/preferences"


@pytest.fixture
def phone(chromium: Browser, demo_address: str, request: pytest.FixtureRequest) -> Iterator[Window]:
    """Somebody's phone, signed in nowhere."""
    context = chromium.new_context(**getattr(request, "param", PHONE))
    context.set_default_timeout(10_000)
    opened = Window(context, context.new_page(), demo_address)
    opened.page.on("console", lambda said: said.type == "error" and opened.complaints.append(said.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()
    assert opened.complaints == []


def arrives(window: Window, *told: str) -> str:
    """Something reaches the shop from outside: see tests/browser/arriving.py."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.arriving", *told],
        env=gallery.ENVIRONMENTS[window.base],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def mailed(base: str) -> list[str]:
    """The letters in the shop's mail folder, newest first."""
    page = urllib.request.urlopen(f"{base}/dev/mail").read().decode()
    return re.findall(r'href="(/dev/mail/[^"?]+)\?as=text"', page)


def signs_in(window: Window, email: str) -> Page:
    """By the code from the mail."""
    before = mailed(window.base)
    page = window.open("/portal/to/juniper-rye")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    until = time.monotonic() + 20
    while (letters := mailed(window.base)) == before and time.monotonic() < until:
        page.wait_for_timeout(100)
    text = urllib.request.urlopen(f"{window.base}{letters[0]}?as=text").read().decode()
    code = re.search(r"\b(\d{4} ?\d{4})\b", text)
    assert code is not None, text
    page.get_by_label("Code").fill(code.group(1))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def picks(page: Page, section: str, *labels: str) -> None:
    """Tick answers in a section and save it."""
    form = page.locator(f"form#{section}")
    for label in labels:
        form.get_by_label(label, exact=True).check()
    form.get_by_role("button", name="Save").click()


def multiplier(owner: Window, email: str) -> str:
    """The customer's page of the admin, where their multipliers stand."""
    owner.open(f"/admin/customers?q={email}").locator("tbody a").first.click()
    owner.page.wait_for_url(re.compile(r"/admin/customers/[^?]+$"))
    return owner.page.url.removeprefix(owner.base)


@pytest.mark.parametrize(("phone", "email"), [SCRIPTS, NO_SCRIPTS], indirect=["phone"])
def test_a_taste_profile_is_completed_pays_once_and_a_favourite_shelf_earns_double(
    phone: Window, demo: Window, email: str
) -> None:
    page = signs_in(phone, email)
    page.goto(f"{phone.base}{HOME}")
    expect(page.get_by_role("heading", name="Earn 250 bonus points for completing")).to_be_visible()
    picks(page, "interests", "Sourdough", "Bread")
    expect(page.locator(".told")).to_contain_text("Double points on Bread: it waits for your next order.")
    picks(page, "values", "Local mills")
    expect(page.locator("form#values").get_by_role("status")).to_contain_text("Saved. Thank you.")
    picks(page, "rewards", "Experiences over discounts")
    expect(page.get_by_text("4 of 6 questions answered.")).to_be_visible()
    about = page.locator("form#profile")
    about.get_by_label("Month").select_option("5")
    about.get_by_role("textbox", name="Day").fill("17")
    picks(page, "profile", "Every week")
    expect(page.locator(".told")).to_contain_text("A surprise for your birthday")
    expect(page.locator(".told")).to_contain_text("Your profile is complete: 250 points are yours.")
    expect(page.get_by_role("heading", name="Your taste profile is complete")).to_be_visible()
    picks(page, "values", "No waste")
    expect(page.locator("form#values").get_by_label("No waste")).to_be_checked()
    page.goto(f"{phone.base}/portal/activity")
    expect(page.get_by_text("Your taste profile, complete").first).to_be_visible()
    paid = page.locator(".entries .pts").filter(has_text=re.compile(r"^\+250"))
    expect(paid).to_have_count(1)

    profile = multiplier(demo, email)
    promise = demo.page.locator("#multipliers li", has_text="Double points on Bread")
    expect(promise).to_contain_text("Waiting")
    name = f"#bread-{email[:3]}"
    arrives(phone, "order", email, name)
    orders = demo.open(f"{profile}?tab=orders").locator("#records")
    for title in ("Seeded sourdough", "Mill Lane rye"):
        expect(orders.locator("tr", has_text=title).first).to_contain_text("Double points on Bread ×2")
    expect(orders.locator("tr", has_text="Raspberry jam").first).not_to_contain_text("×2")
    expect(promise).to_contain_text(name)
    arrives(phone, "refund", email, name)
    demo.open(profile)
    expect(promise).to_contain_text("Waiting")
    expect(demo.page.locator("section", has=demo.page.locator("#told-title"))).to_contain_text("Local mills")


@pytest.mark.parametrize(("phone", "email"), [SCRIPTS, NO_SCRIPTS], indirect=["phone"])
def test_somebody_unsubscribes_from_a_mail_without_signing_in(
    phone: Window, demo: Window, email: str
) -> None:
    unsubscribe, preferences = arrives(phone, "links", email).split()
    page = phone.open(unsubscribe)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    multiplier(demo, email)
    told = demo.page.locator("section", has=demo.page.locator("#told-title"))
    expect(told).to_contain_text("Unsubscribed")
    page.get_by_role("button", name="That was a mistake").click()
    expect(page.get_by_role("heading", name="You are subscribed again")).to_be_visible()
    page.get_by_role("link", name="Rather choose").click()
    picks(page, "communication", "Only new rewards")
    expect(page.get_by_role("status")).to_contain_text("Saved. Thank you.")
    page.goto(f"{phone.base}{preferences}")
    expect(page.get_by_label("Only new rewards")).to_be_checked()


@pytest.mark.parametrize("phone", [PHONE, {**SMALL, "color_scheme": "dark"}], indirect=True)
def test_what_members_see_is_accessible_and_fits(phone: Window) -> None:
    page = signs_in(phone, "noor.haddad@example.com")
    page.goto(f"{phone.base}{HOME}")
    picks(page, "values", "No waste")
    unsubscribe, preferences = arrives(phone, "links", "noor.haddad@example.com").split()
    for path in (HOME, f"{HOME}/known", unsubscribe, preferences, f"{unsubscribe}x"):
        phone.open(path)
        assert violations(phone) == [], path
        assert not overflows(phone), path
    phone.complaints.clear()  # Chromium reports the 422 of the damaged link


@pytest.mark.parametrize("demo", LOOKS, indirect=True)
def test_the_merchants_pages_are_accessible_and_fit(demo: Window) -> None:
    demo.open("/admin/preferences").get_by_role("link", name="Which shelf is your favourite?").click()
    editor = demo.page.url.removeprefix(demo.base)
    for path in ("", "/answers", "/surprises", "/surprises/new", "/questions/new", "/bonus/new"):
        demo.open(f"/admin/preferences{path}")
        assert violations(demo) == [], path
        assert not overflows(demo), path
    demo.open(editor)
    assert violations(demo) == []
    assert not overflows(demo)


def test_the_preview_follows_what_is_typed_and_lines_move_by_keyboard(demo: Window) -> None:
    page = demo.open("/admin/preferences/questions/new?section=values")
    page.get_by_label("Question", exact=True).fill("What do you bake at home?")
    phone = page.locator("#preview")
    expect(phone).to_contain_text("What do you bake at home?")
    page.get_by_label("Answer 1", exact=True).fill("Bread")
    page.get_by_label("Answer 2", exact=True).fill("Cake")
    expect(phone.get_by_role("checkbox", name="Cake")).to_be_visible()
    page.get_by_role("button", name="Move answer 2 up").press("Enter")
    expect(page.get_by_label("Answer 1", exact=True)).to_have_value("Cake")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".toast")).to_contain_text("Members are asked “What do you bake at home?”")
    expect(page.get_by_text("Wording 1", exact=True)).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(
        page.get_by_text("Archived", exact=True).or_(page.get_by_text("Draft", exact=True))
    ).to_be_visible()

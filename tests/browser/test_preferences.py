"""On a phone: the taste profile and its bonus, a favourite shelf, unsubscribing; also without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.launching import PHONE
from tests.browser.members import NO_SCRIPT, signs_in, written_to
from tests.browser.webshop import comes, connected
from tests.mailbox import Mailbox

SCRIPTS = pytest.param(PHONE, "rex.moreau@example.com", id="scripts")
NO_SCRIPTS = pytest.param(NO_SCRIPT, "hanna.vogel@example.com", id="no-scripts")
HOME = "/portal/preferences"


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
    phone: Window, demo: Window, mail: Mailbox, email: str
) -> None:
    shop, new = connected(demo), f"Walnut loaf {email}"
    shop.tells("products/create", {"id": new, "title": new, "product_type": "Bread"})
    page = signs_in(phone, mail, email)
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
    paid = page.locator(".entries li", has_text="Your taste profile, complete").locator(".pts")
    expect(paid).to_have_text(re.compile(r"^\+250"))

    profile = multiplier(demo, email)
    promise = demo.page.locator("#multipliers li", has_text="Double points on Bread")
    expect(promise).to_contain_text("Waiting")
    order = shop.sells(email, ("SEEDED-SOURDOUGH", 9), (new, 8), ("RASPBERRY-JAM", 6))
    demo.open(f"{profile}?tab=orders")
    comes(promise, order["name"])
    lines = demo.page.locator("#records tr")
    for title in ("SEEDED-SOURDOUGH", new):
        expect(lines.filter(has_text=title).first).to_contain_text("Double points on Bread ×2")
    expect(lines.filter(has_text="RASPBERRY-JAM").first).not_to_contain_text("×2")
    shop.refunds(order)
    demo.open(profile)
    comes(promise, "Waiting")
    expect(demo.page.locator("section", has=demo.page.locator("#told-title"))).to_contain_text("Local mills")


@pytest.mark.parametrize(("phone", "email"), [SCRIPTS, NO_SCRIPTS], indirect=["phone"])
def test_somebody_unsubscribes_from_a_mail_without_signing_in(
    phone: Window, demo: Window, mail: Mailbox, email: str
) -> None:
    unsubscribe, preferences, _ = written_to(phone, mail, email)
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

"""A quiz, a vote and a pledge on a phone, with and without JavaScript; and the merchant's editor."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.launching import PHONE
from tests.browser.looking import overflows, violations
from tests.browser.members import NO_SCRIPT, signs_in
from tests.browser.webshop import comes, connected
from tests.mailbox import Mailbox

BOTH = pytest.mark.parametrize(
    ("phone", "email", "axe"),
    [
        pytest.param(PHONE, "rex.moreau@example.com", True, id="scripts"),
        pytest.param(NO_SCRIPT, "hanna.vogel@example.com", False, id="no-scripts"),
    ],
    indirect=["phone"],
)
USUAL = (
    "Saturday, always",
    "Whatever lasts the week",
    "Cheese, as ever",
    "I like my usual",
    "Flat white, the same as yesterday",
)
POLL = "Which bun comes back in December?"


def opens(page: Page, title: str) -> None:
    page.goto(page.url.partition("/portal")[0] + "/portal/surveys")
    page.get_by_role("link", name=title).click()


@BOTH
def test_a_quiz_ends_in_its_segment_a_vote_is_changed_and_orders_by_webhook_keep_a_pledge(
    phone: Window, demo: Window, mail: Mailbox, email: str, axe: bool
) -> None:
    page = signs_in(phone, mail, email)
    opens(page, "Find your loaf")
    again = page.get_by_role("link", name="Answer again")
    if again.count():
        again.click()
    for place, answer in enumerate(USUAL, 1):
        expect(page.get_by_text(f"Question {place} of 5")).to_be_visible()
        page.get_by_role("radio", name=answer).check()
        page.get_by_role("button", name="See my result" if place == len(USUAL) else "Next").click()
    expect(page.get_by_role("heading", name="Routine seeker")).to_be_visible()
    if axe:  # which is a script itself
        assert violations(page) == []
        assert not overflows(page)
    opens(page, POLL)
    for bun in ("Saffron bun", "Plum and rye"):
        page.get_by_role("radio", name=bun).check()
        page.get_by_role("button", name="ote").click()
        expect(page.get_by_role("radio", name=bun)).to_be_checked()
    expect(page.get_by_text("votes so far.")).to_be_visible()
    if axe:
        assert violations(page) == []
    for title, button in (("Five loaves in a month", "I’m in"), ("Bring your own cup", "I pledge")):
        opens(page, title)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(re.compile("^0 of"))).to_be_visible()
    shop = connected(demo)
    for _ in range(4):
        shop.sells(email, ("FLAT-WHITE", 5), ("BAGUETTE", 4), ("MILL-LANE-RYE", 8))
    comes(page.get_by_role("main"), "You did it.")
    opens(page, "Five loaves in a month")
    expect(page.get_by_text("You did it.")).to_be_visible()

    demo.open("/admin/surveys").get_by_role("link", name="Find your loaf").click()
    demo.page.get_by_role("link", name="Routine seeker").click()
    expect(demo.page.get_by_text("Find your loaf Routine seeker").first).to_be_visible()
    people = demo.open(f"/admin/customers?told=quiz:find_your_loaf:routine_seeker&q={email}").locator(
        "tbody tr"
    )
    expect(people).to_have_count(1)
    people.get_by_role("link").first.click()
    expect(demo.page.get_by_label("Took part in")).to_contain_text("Plum and rye")


@pytest.mark.parametrize(
    "demo", [{}, {"java_script_enabled": False}], ids=["scripts", "no-scripts"], indirect=True
)
def test_a_poll_is_written_line_by_line_and_published(demo: Window) -> None:
    page = demo.open("/admin/surveys/new/poll")
    page.get_by_label("Question", exact=True).fill("Which flour next?")
    page.get_by_label("Answer 1", exact=True).fill("Spelt")
    page.get_by_label("Answer 2", exact=True).fill("Emmer")
    page.get_by_role("button", name="Another answer").click()
    page.get_by_label("Answer 3", exact=True).fill("Einkorn")
    page.get_by_role("button", name="Move Emmer up").click()
    expect(page.get_by_label("Answer 1", exact=True)).to_have_value("Emmer")
    expect(page.locator("#preview")).to_contain_text("Einkorn")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".toast")).to_contain_text("Members see “Which flour next?”")
    expect(page.get_by_text("Open", exact=True).first).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()

"""Segments on the demo shop: why somebody is At-risk, who moved there last month, and another map."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.looking import violations

NO_SCRIPT = {"java_script_enabled": False}


def opens_why_somebody_is_at_risk(page: Page) -> None:
    page.get_by_role("link", name="At-risk", exact=True).click()
    expect(page.get_by_role("heading", name="At-risk", level=1)).to_be_visible()
    name = page.locator("tbody .who a").first
    who = name.inner_text()
    name.click()
    expect(page.get_by_role("heading", name=who, level=1)).to_be_visible()
    card = page.locator("#segment")
    expect(card).to_contain_text("Why At-risk:")
    expect(card.locator(".rfm")).to_contain_text("of 5")
    expect(card.locator(".raw")).to_contain_text("days")


def opens_who_fell_from_champion(page: Page) -> None:
    page.get_by_role("link", name="Who moved").click()
    page.get_by_role("link", name="1 from Champion to At-risk").click()
    expect(page.get_by_role("heading", name="From Champion to At-risk", level=1)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Bea Lindholm").click()
    expect(page.locator("#segment")).to_contain_text("R at most 2 and F at least 3")


def opens_both(demo: Window) -> None:
    opens_why_somebody_is_at_risk(demo.open("/admin/segments"))
    opens_who_fell_from_champion(demo.open("/admin/segments"))


def test_why_somebody_is_at_risk_and_who_fell_there_last_month_is_two_clicks_away(demo: Window) -> None:
    opens_both(demo)


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_both_are_opened_without_javascript(demo: Window) -> None:
    opens_both(demo)


def test_a_file_shows_whom_it_means_before_it_is_a_list(demo: Window) -> None:
    page = demo.open("/admin/segments")
    page.get_by_role("link", name="New list").click()
    page.get_by_label("Name", exact=True).fill("From a file")
    sheet = b"Customer;Mail\r\n1;ines.okafor@example.com\r\n2;=cmd()\r\n"
    page.get_by_label("CSV file").set_input_files(
        {"name": "tasting.csv", "mimeType": "text/csv", "buffer": sheet}
    )
    page.get_by_role("button", name="Show who is meant").click()
    expect(page.locator(".meant")).to_contain_text("1 person: Ines Okafor.")
    page.locator(".meant summary").click()
    assert violations(page) == []
    with page.expect_download() as missing:
        page.get_by_role("button", name="All as CSV").click()
    assert "3,'=cmd(),This is no e-mail address." in missing.value.path().read_text()
    page.get_by_role("button", name="Make list of 1 person").click()
    expect(page.get_by_text("was made, with 1 person; 1 row names nobody here")).to_be_visible()


def test_another_map_shows_who_would_move_as_it_is_changed(demo: Window) -> None:
    page = demo.open("/admin/segments/map")
    expect(page.locator("#preview")).to_contain_text("Nobody would move")
    page.get_by_label("Frequency from, row 1").select_option("5")
    expect(page.locator("#preview")).to_contain_text("would move")
    page.get_by_text("Fixed thresholds").click()
    expect(page.get_by_label("Order days, at least, score 5")).to_be_visible()


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_the_map_shows_who_would_move_without_javascript(demo: Window) -> None:
    page = demo.open("/admin/segments/map?preset=eleven")
    page.get_by_label("Segment of row 1", exact=True).fill("Stars")
    page.get_by_role("button", name="Show who would move").click()
    expect(page.locator("#preview")).to_contain_text("Stars")
    expect(page.get_by_label("Segment of row 1", exact=True)).to_have_value("Stars")

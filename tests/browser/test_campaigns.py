"""Mara writes a campaign: the audience counts as she ticks, the message shows as she types, and Undo takes it back."""

from playwright.sync_api import expect

from tests.browser.conftest import Window


def test_a_campaign_counts_and_shows_as_it_is_written_and_is_taken_back(demo: Window) -> None:
    page = demo.open("/admin/campaigns/new")
    page.get_by_label("Name").fill("Come back to the oven")
    page.get_by_role("radio", name="Win people back").check()
    page.get_by_role("button", name="Save and go on").click()
    numbers = page.get_by_role("region", name="Who would get it now")
    expect(numbers).to_contain_text("Choose a segment")
    page.get_by_role("checkbox", name="Dormant").first.check()
    expect(numbers).to_contain_text("Never agreed to e-mails")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Subject").fill("{{ first_name | Friend }}, the oven is warm")
    page.get_by_label("Text", exact=True).fill("We **miss** you.\n\n[Come back](/portal/rewards)")
    expect(page.get_by_role("link", name="Come back")).to_be_visible()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_text("Until then nobody’s place is drawn")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").get_by_text("is a draft again")).to_be_visible()

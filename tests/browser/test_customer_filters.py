"""The panel of the customers list, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from loyalty.customers.filters import CustomerFilter
from tests.browser.conftest import Served, Window

WAYS = [pytest.param({"java_script_enabled": on}, id="script" if on else "plain") for on in (True, False)]


@pytest.mark.parametrize("window", WAYS, indirect=True)
def test_a_filter_set_in_the_panel_becomes_a_chip_and_the_panel_closes(
    window: Window, served: Served
) -> None:
    page = window.open("/admin/customers")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Available points, at least").fill("100")
    page.locator("#narrow").get_by_role("button", name="Show").click()
    expect(page.get_by_text("At least 100 points")).to_be_visible()
    expect(page.locator("#narrow")).to_be_hidden()
    assert served.shop.asked[-1] == (1, CustomerFilter(least=100), None)
    page.get_by_role("link", name="Remove filter: At least 100 points").click()
    expect(page.get_by_text("At least 100 points")).to_have_count(0)

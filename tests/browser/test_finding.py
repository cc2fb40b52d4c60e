"""Found by “last, first”, and what expired in the last 30 days as a file: with and without JavaScript."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window

BOTH = pytest.mark.parametrize(
    "demo",
    [pytest.param({}, id="script"), pytest.param({"java_script_enabled": False}, id="plain")],
    indirect=True,
)


@BOTH
def test_a_customer_is_found_by_last_and_first_name(demo: Window) -> None:
    page = demo.open("/admin/customers")
    search = page.get_by_label("Search customers").nth(1)
    search.fill("Okafor, Ines")
    search.press("Enter")
    expect(page).to_have_url(re.compile("q=Okafor"))
    found = page.locator("tbody").get_by_role("link", name="Ines Okafor")
    expect(found).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    found.click()
    expect(page.get_by_role("heading", name="Ines Okafor", level=1)).to_be_visible()


@BOTH
def test_what_expired_in_the_last_30_days_downloads_as_exactly_those_rows(demo: Window) -> None:
    page = demo.open("/admin/activities/points")
    pill = page.locator("#pills").get_by_role("link", name="Expired")
    tally = int(re.sub(r"\D", "", pill.inner_text()))
    pill.click()
    expect(page.locator("#pills a[aria-current=page]")).to_contain_text("Expired")
    expect(page.get_by_label("Days", exact=True)).to_have_value("30")
    lost = int(re.sub(r"\D", "", page.locator(".total span", has_text="Out").inner_text()))
    shown = {row.get_attribute("id") for row in page.locator("#rows tbody tr").all()}
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export CSV").click()
    text = downloading.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == tally > 0
    assert {row["Kind"] for row in rows} == {"expire"}
    assert sum(int(row["Points"].lstrip("'")) for row in rows) == -lost
    assert shown <= {"e-" + row["Entry"].lstrip("'") for row in rows}
    days = [datetime.fromisoformat(row["When"]).date() for row in rows]
    assert max(days) - min(days) <= timedelta(days=29)

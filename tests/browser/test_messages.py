"""On a phone: a message of the shop is announced, put away, found in the inbox, read and explained; also without JS."""

import pytest
from playwright.sync_api import expect

from tests.browser import gallery
from tests.browser.conftest import Window
from tests.browser.launching import PHONE
from tests.browser.members import NO_SCRIPT, signs_in
from tests.mailbox import Mailbox

UNREAD = """SELECT c.email FROM customers c JOIN portal_messages m ON m.customer_id = c.id AND m.read_at IS NULL
    WHERE m.subject LIKE '200 points%' AND c.type = 'member' AND c.language IS NULL
      AND c.email <> 'ines.okafor@example.com' GROUP BY c.id HAVING count(*) = 1 ORDER BY c.id LIMIT 1"""


@pytest.mark.parametrize(
    "phone", [pytest.param(PHONE, id="scripts"), pytest.param(NO_SCRIPT, id="no-scripts")], indirect=True
)
def test_a_message_is_announced_put_away_read_and_explained(phone: Window, mail: Mailbox) -> None:
    page = signs_in(phone, mail, gallery.in_database(phone.base, UNREAD))
    envelope = page.get_by_role("link", name="Messages").first
    expect(envelope).to_contain_text("unread")
    news = page.get_by_role("complementary")
    subject = news.get_by_role("link").inner_text()
    news.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("complementary")).to_have_count(0)
    envelope.click()
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    page.get_by_text("Why did you get this?").press("Enter")
    expect(page.get_by_text("You are one of those who come most often.")).to_be_visible()
    page.get_by_role("link", name="Change what I get").last.click()
    page.wait_for_url("**/portal/preferences#communication")

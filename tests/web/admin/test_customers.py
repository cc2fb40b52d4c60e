from litestar.testing import TestClient

from db.enums import CustomerType
from loyalty.customers.filters import CustomerFilter
from loyalty.errors import Busy
from tests.web import shop
from tests.web.browsers import HTMX
from tests.web.fakes import REX, Shop

LIST = "/admin/customers"
INES = f"{LIST}/uid-00"


def test_the_list_shows_people_counts_and_the_next_page(mara: TestClient) -> None:
    page = mara.get(LIST).text
    assert "Ines Alvarez" in page
    assert "12,480" in page
    assert f'href="{LIST}?at=next-page"' in page
    assert page.count("<h1>") == 1


def test_the_list_asks_for_what_the_address_says(mara: TestClient, fake: Shop) -> None:
    mara.get(LIST, params={"q": " ines  alv ", "type": "member", "at": "cursor", "colour": "red"})
    assert fake.asked == [(1, CustomerFilter("ines alv", CustomerType.MEMBER), "cursor")]


def test_an_unknown_type_in_the_address_counts_as_not_given(mara: TestClient, fake: Shop) -> None:
    assert mara.get(LIST, params={"type": "admin"}).status_code == 200
    assert fake.asked == [(1, CustomerFilter(), None)]


def test_a_fragment_has_no_shell(mara: TestClient) -> None:
    answer = mara.get(LIST, headers=HTMX)
    assert "<html" not in answer.text
    assert 'id="rows"' in answer.text
    assert 'id="tabs"' in answer.text
    assert answer.headers["vary"] == "HX-Request-Type"


def test_a_history_restore_gets_the_whole_page(mara: TestClient) -> None:
    answer = mara.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert answer.text.startswith("<!doctype html>")
    assert "hx-swap-oob" not in answer.text


def test_a_search_without_a_match_says_so_and_offers_everybody(mara: TestClient, fake: Shop) -> None:
    fake.customers = shop.NOBODY
    page = mara.get(LIST, params={"q": "<b>zz"}).text
    assert "No customer here matches “&lt;b&gt;zz”" in page
    assert "Show all customers" in page


def test_an_empty_programme_says_how_customers_appear(mara: TestClient, fake: Shop) -> None:
    fake.customers = shop.NOBODY
    assert "No customers yet" in mara.get(LIST).text


def test_a_guests_balance_is_not_shown(mara: TestClient) -> None:
    page = mara.get(f"{LIST}/uid-03").text
    assert "Guests have no balance" in page
    assert "Available balance" not in page


def test_a_profile_shows_balance_tier_and_activity(mara: TestClient) -> None:
    page = mara.get(INES).text
    for text in ("2,480", "worth €24.80", "31 March 2027", "480</b> points to Platinum", "−500", "+63"):
        assert text in page


def test_an_undone_entry_is_struck_through_and_linked_to_its_reversal(mara: TestClient) -> None:
    page = mara.get(INES).text
    assert '<li id="e-entry-5" class="undone">' in page
    assert 'href="#e-entry-4"' in page


def test_orders_say_what_each_line_earned_and_why(mara: TestClient) -> None:
    page = mara.get(INES, params={"tab": "orders"}).text
    for text in ("1 point per €1, version 3, on €18.00, Gold ×1.5, rounded down", "Gift cards don’t earn"):
        assert text in page


def test_lots_are_deep_linked_and_come_alone_for_htmx(mara: TestClient) -> None:
    answer = mara.get(INES, params={"tab": "lots"}, headers=HTMX)
    assert 'id="records"' in answer.text
    assert "of 250" in answer.text
    assert "<html" not in answer.text


def test_an_unknown_customer_is_404(mara: TestClient) -> None:
    answer = mara.get(f"{LIST}/somebody-elses")
    assert answer.status_code == 404
    assert "There is no such customer." in answer.text


def test_a_refusal_to_htmx_leaves_the_page_and_says_why(mara: TestClient, fake: Shop) -> None:
    fake.broken = Busy("The database is busy; nothing was changed.")
    answer = mara.get(LIST, headers=HTMX)
    assert answer.status_code == 503
    assert answer.headers["hx-reswap"] == "none"
    assert "nothing was changed" in answer.headers["hx-trigger"]
    assert answer.text == ""


def test_a_failure_shows_its_number_and_no_detail(mara: TestClient, fake: Shop) -> None:
    fake.broken = RuntimeError("password=hunter2")
    answer = mara.get(LIST)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "hunter2" not in answer.text


def test_a_stranger_is_asked_to_sign_in_and_comes_back(visitor: TestClient) -> None:
    answer = visitor.get(LIST, params={"q": "ines"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/sign-in?next=%2Fadmin%2Fcustomers%3Fq%3Dines"


def test_a_members_session_opens_no_admin_page(visitor: TestClient) -> None:
    visitor.cookies.set("session", REX)
    assert visitor.get(LIST).status_code == 303

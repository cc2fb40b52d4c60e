from litestar.testing import TestClient

from loyalty.activities.filters import PointsFilter, PointsKind, Span
from tests.web import shop
from tests.web.browsers import HTMX
from tests.web.fakes import Shop

LIST = "/admin/activities/points"


def test_the_list_shows_counts_totals_and_days(mara: TestClient) -> None:
    page = mara.get(LIST).text
    for text in ("22 August 2026 to 20 September 2026", "+14,920", "−6,210", "+8,710", "Redeemed"):
        assert text in page


def test_the_last_30_days_are_asked_for_unless_the_address_says_otherwise(
    mara: TestClient, fake: Shop
) -> None:
    mara.get(LIST)
    mara.get(LIST, params={"kind": "expired", "span": "all", "q": "#10442"})
    assert [asked[1] for asked in fake.asked] == [
        PointsFilter(span=Span.MONTH),
        PointsFilter("#10442", PointsKind.EXPIRED, Span.ALL),
    ]


def test_a_fragment_brings_pills_export_and_days_along(mara: TestClient) -> None:
    answer = mara.get(LIST, params={"span": "custom"}, headers=HTMX)
    assert "<html" not in answer.text
    assert answer.text.count("hx-swap-oob") == 3
    assert 'type="date"' in answer.text


def test_an_empty_month_says_so_and_offers_all(mara: TestClient, fake: Shop) -> None:
    fake.points = shop.NO_POINTS
    page = mara.get(LIST, params={"kind": "expired"}).text
    assert "None in the last 30 days" in page
    assert f'href="{LIST}?kind=expired&amp;span=all"' in page


def test_undone_rows_stay_struck_through_and_linked(mara: TestClient) -> None:
    page = mara.get(LIST).text
    assert '<tr id="e-entry-5" class="undone">' in page
    assert "#e-entry-4" in page


def test_the_csv_is_a_download_of_the_same_filter(mara: TestClient) -> None:
    assert f"{LIST}.csv?kind=earned" in mara.get(LIST, params={"kind": "earned"}).text
    answer = mara.get(f"{LIST}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.splitlines()[0] == "when,e-mail,points"


def test_the_service_desk_reads_but_does_not_export(theo: TestClient) -> None:
    page = theo.get(LIST)
    assert page.status_code == 200
    assert "Export CSV" not in page.text
    refused = theo.get(f"{LIST}.csv")
    assert refused.status_code == 403
    assert "Your role doesn’t include this" in refused.text

"""The queue of reviews, deciding, Activities → Reviews. PRODUCT D1, H1."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import value, watched
from db.enums import EarningTrigger, StaffRole
from loyalty import clock
from tests import factories
from tests.cast import Cast
from tests.factories import START, Made
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

QUEUE, ACTIVITY = "/admin/reviews", "/admin/activities/reviews"


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


@pytest.fixture
async def mug(cast: Cast) -> Made:
    """Ines's review of the blue mug, with a photo; a review pays 50 and a photo 20."""
    await factories.earning_rule(1, EarningTrigger.REVIEW, 50)
    await factories.earning_rule(1, EarningTrigger.REVIEW, 20, include={"tags": ["photo"]})
    return await factories.review(cast.ines, product_title="Blue mug", title="Lovely", has_photo=True)


async def status_of(review: Made) -> str:
    return str(await value("SELECT status FROM reviews WHERE programme_id = 1 AND id = {}", review.id))


async def test_the_queue_shows_what_approving_adds_before_the_click(
    cast: Cast, desk_of: SignIn, mug: Made
) -> None:
    page = (await (await desk_of(cast.theo)).get(QUEUE)).text
    for text in ("Ines Okafor", "Blue mug", "Lovely", "adds <b>70</b> points", "review 50, photo 20"):
        assert text in page
    assert 'id="main-reviews">1<' in page


async def test_approving_pays_says_so_and_offers_undo(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    desk = await desk_of(cast.theo)
    answer = await desk.post(f"{QUEUE}/{mug.uid}/decision", htmx=True, at=QUEUE, status="approved", key="k")
    told = toast(answer)
    assert told["sentence"] == "Ines Okafor's review of Blue mug has been approved and 70 points added."
    assert await factories.balance(cast.ines) == 70
    await desk.post(f"/admin/actions/{told['undo']}/reversal", htmx=True, at=QUEUE)
    assert (await status_of(mug), await factories.balance(cast.ines)) == ("pending", 0)


async def test_without_htmx_approving_goes_back_to_the_queue(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    desk = await desk_of(cast.theo)
    key = field((await desk.get(QUEUE)).text, "key")
    for _ in range(2):
        answer = await desk.post(f"{QUEUE}/{mug.uid}/decision", status="approved", key=key, version="1")
        assert (answer.status_code, answer.headers["location"]) == (303, QUEUE)
    assert "70 points added" in await desk.said()
    assert await factories.balance(cast.ines) == 70


async def test_rejecting_asks_for_a_reason_as_a_page_and_in_the_dialog(
    cast: Cast, desk_of: SignIn, mug: Made
) -> None:
    desk, path = await desk_of(cast.theo), f"{QUEUE}/{mug.uid}/decision"
    page = await desk.get(f"{path}/new", status="rejected")
    assert "<h1>Reject the review of Blue mug</h1>" in page.text
    form = (await desk.get(f"{path}/new", htmx=True, status="rejected")).text
    assert "<html" not in form
    assert "No points move." in form
    sent = {name: field(form, name) for name in ("key", "version", "status")}
    await desk.post(path, **sent, reason="Advertising")
    assert await status_of(mug) == "rejected"
    assert "Advertising" in (await desk.get(QUEUE, status="rejected")).text


async def test_a_bad_form_is_422_and_keeps_the_words(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    desk, path = await desk_of(cast.theo), f"{QUEUE}/{mug.uid}/decision"
    answer = await desk.post(path, htmx=True, status="rejected", reason="x" * 501)
    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert "This is too long." in answer.text
    for nonsense in ("pending", "loved", ""):
        refused = await desk.post(path, status=nonsense)
        assert refused.status_code == 422, nonsense
    assert await status_of(mug) == "pending"


async def test_somebody_elses_review_is_404(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(f"{QUEUE}/{mug.uid}/decision/new")).status_code == 404
    answer = await nils.post(f"{QUEUE}/{mug.uid}/decision", status="approved", key="k")
    assert answer.status_code == 404
    assert "Blue mug" not in (await nils.get(QUEUE, status="every")).text


async def test_an_analyst_reads_but_does_not_decide(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    desk = await desk_of(await factories.staff(1, "Ada", StaffRole.ANALYST))
    page = await desk.get(QUEUE)
    assert page.status_code == 200
    assert "/decision" not in page.text
    assert (await desk.get(f"{QUEUE}/{mug.uid}/decision/new")).status_code == 403
    answer = await desk.post(f"{QUEUE}/{mug.uid}/decision", status="approved", key="k")
    assert answer.status_code == 403


async def test_the_second_of_two_people_is_told(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    await theo.post(f"{QUEUE}/{mug.uid}/decision", status="rejected", key="a", version="1")
    answer = await mara.post(f"{QUEUE}/{mug.uid}/decision", status="approved", key="b", version="1")
    assert answer.status_code == 409
    assert "it is rejected now" in answer.text


async def test_the_activity_list_shows_approved_reviews_of_the_last_30_days(
    cast: Cast, desk_of: SignIn, mug: Made
) -> None:
    desk = await desk_of(cast.mara)
    assert "None in the last 30 days" in (await desk.get(ACTIVITY)).text
    await desk.post(f"{QUEUE}/{mug.uid}/decision", status="approved", key="k")
    page = (await desk.get(ACTIVITY)).text
    for text in ("+70", "Blue mug", "1 February 2026", "2 March 2026", f"{ACTIVITY}.csv"):
        assert text in page.replace("February 1, 2026", "1 February 2026").replace(
            "March 2, 2026", "2 March 2026"
        )
    fragment = (await desk.get(ACTIVITY, htmx=True, span="custom")).text
    assert "<html" not in fragment
    assert fragment.count("hx-swap-oob") == 3
    csv = await desk.get(f"{ACTIVITY}.csv", status="approved")
    assert csv.text.count("Blue mug") == 1
    assert "attachment" in csv.headers["content-disposition"]


async def test_the_service_desk_does_not_export(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.theo)
    assert "Export CSV" not in (await desk.get(ACTIVITY)).text
    assert (await desk.get(f"{ACTIVITY}.csv")).status_code == 403


async def test_an_empty_queue_says_which_kind_of_empty(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    assert "No reviews yet" in (await desk.get(QUEUE)).text
    await factories.review(cast.ines, status="approved", decided_at=START)
    assert "All caught up" in (await desk.get(QUEUE)).text
    assert "No review here is by “zz”" in (await desk.get(QUEUE, q="zz")).text


async def test_the_queue_takes_at_most_a_dozen_queries(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    desk = await desk_of(cast.mara)
    for number in range(12):
        await factories.review(cast.rex, f"product-{number}")
    with watched() as seen:
        assert (await desk.get(QUEUE)).status_code == 200
    assert len(seen) <= 12


async def test_a_customers_page_shows_their_reviews_alone(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    desk = await desk_of(cast.mara)
    await factories.review(cast.rex, product_title="Soap")
    page = (await desk.get(f"/admin/customers/{cast.ines.uid}", tab="reviews")).text
    assert "Blue mug" in page
    assert "Soap" not in page
    empty = await desk.get(f"/admin/customers/{cast.olu.uid}", htmx=True, tab="reviews")
    assert "No reviews yet" in empty.text
    assert "<html" not in empty.text

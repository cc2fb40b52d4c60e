"""Taking part in the portal: a question at a time, votes, challenges; and a quiz for somebody nobody knows yet."""

import json
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from db.engine import run, value
from loyalty.integrations.signatures import sign
from loyalty.jobs.worker import Worker
from loyalty.rules.actors import themself
from loyalty.surveys import editing, responses, taking
from tests import factories
from tests.cast import Cast
from tests.mailbox import Mailbox
from tests.surveying import CUP, FLAVOUR, LOAF, ROUTINE, challenge, published
from tests.web.desk import field
from tests.web.portal.conftest import Browse, sign_in
from web import answered

SECRET = "a-secret-of-32-characters-or-more"


async def post(client: httpx.AsyncClient, page: str, path: str, **data: str) -> httpx.Response:
    """Send a form as the page at `page` would, and follow to what it answers."""
    csrf = field((await client.get(page)).text, "csrf")
    return await client.post(path, data={"csrf": csrf, **data}, follow_redirects=True)


async def answer(client: httpx.AsyncClient, base: str, question: str, option: str) -> httpx.Response:
    return await post(client, base, f"{base}/answers", question=question, option=option)


async def test_a_quiz_asks_one_question_at_a_time_and_goes_back(people: Cast, browse: Browse) -> None:
    quiz, ines = await published(LOAF), await browse(people.ines)
    base = f"/portal/surveys/{quiz.uid}"
    first = (await ines.get(base)).text
    assert "Question 1 of 2" in first
    assert "Crust or crumb?" not in first
    second = (await answer(ines, base, "when_do_you_bake", "never")).text
    assert "Question 2 of 2" in second
    back = (await ines.get(f"{base}?question=when_do_you_bake")).text
    assert 'value="never" checked' in back
    result = (await answer(ines, base, "crust_or_crumb", "crumb")).text
    assert "Routine seeker" in result
    assert "Yours: 100 points" in result
    assert await factories.balance(people.ines) == 100
    assert "Routine seeker" in (await ines.get(base)).text


async def test_a_question_without_an_answer_is_422_and_stays(people: Cast, browse: Browse) -> None:
    quiz, ines = await published(LOAF), await browse(people.ines)
    base = f"/portal/surveys/{quiz.uid}"
    refused = await post(ines, base, f"{base}/answers", question="when_do_you_bake")
    assert refused.status_code == 422
    assert "Choose an answer to go on." in refused.text
    assert "Question 1 of 2" in refused.text


@pytest.mark.parametrize(("question", "option"), [("when_do_you_bake", "gone"), ("gone", "never")])
async def test_what_is_not_asked_any_more_is_asked_again_in_words(
    people: Cast, browse: Browse, question: str, option: str
) -> None:
    quiz, ines, somebody = await published(LOAF), await browse(people.ines), await browse(None)
    base, door = f"/portal/surveys/{quiz.uid}", f"/portal/to/bloom/surveys/{quiz.uid}"
    refused = await answer(ines, base, question, option)
    at_door = await somebody.post(door, data={"question": question, "option": option})
    for page in (refused, at_door):
        assert page.status_code == 422
        assert "Choose an answer to go on." in page.text
        assert "Question 1 of 2" in page.text
    await answer(ines, base, "when_do_you_bake", "never")
    await answer(ines, base, "crust_or_crumb", "crumb")
    again = await answer(ines, base, question, option)
    assert (again.status_code, "Choose an answer to go on." in again.text) == (422, True)


async def test_a_forged_cookie_is_no_answer(people: Cast, browse: Browse) -> None:
    quiz, ines = await published(LOAF), await browse(people.ines)
    ines.cookies.set("quiz", '{"survey": "x"}.forged')
    assert "Question 1 of 2" in (await ines.get(f"/portal/surveys/{quiz.uid}")).text


def test_more_answers_than_a_cookie_holds_leave_none_behind() -> None:
    request: Any = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(https=False)))
    few = answered.cookie(request, answered.Answered("x", {"q": "yes"}))
    many = answered.cookie(request, answered.Answered("x", {f"q{n}": token_hex(20) for n in range(200)}))
    none = answered.cookie(request, answered.Answered())
    assert few.max_age == answered.DAYS * 86_400
    assert [(gone.value, gone.max_age) for gone in (many, none)] == [("", 0), ("", 0)]


async def test_a_vote_shows_the_result_and_can_be_changed(people: Cast, browse: Browse) -> None:
    poll, ines = await published(FLAVOUR), await browse(people.ines)
    base = f"/portal/surveys/{poll.uid}"
    assert "%" not in (await ines.get(base)).text.split("<main")[1]
    voted = (await post(ines, base, f"{base}/votes", choice="cardamom")).text
    assert "You voted for Cardamom. Yours: 20 points" in voted
    assert "100 %" in voted
    changed = (await post(ines, base, f"{base}/votes", choice="cinnamon")).text
    assert "You voted for Cinnamon" in changed
    assert await factories.balance(people.ines) == 20
    nothing = await post(ines, base, f"{base}/votes")
    assert nothing.status_code == 422
    assert "Choose one of the answers." in nothing.text


async def test_a_closed_poll_takes_no_vote_and_says_so(people: Cast, browse: Browse) -> None:
    now = datetime.now(UTC)
    poll, ines = await published(FLAVOUR, closes_at=now + timedelta(days=1)), await browse(people.ines)
    base = f"/portal/surveys/{poll.uid}"
    csrf = field((await ines.get(base)).text, "csrf")
    await run("UPDATE surveys SET closes_at = {} WHERE programme_id = 1", now - timedelta(minutes=1))
    late = await ines.post(f"{base}/votes", data={"csrf": csrf, "choice": "cinnamon"})
    assert late.status_code == 409
    assert "is closed" in late.text


async def test_a_challenge_is_taken_up_once_and_given_up(people: Cast, browse: Browse) -> None:
    game, ines = await published(challenge(3)), await browse(people.ines)
    base = f"/portal/surveys/{game.uid}"
    assert "0 of 3" in (await post(ines, base, f"{base}/participation")).text
    assert "0 of 3" in (await post(ines, base, f"{base}/participation")).text
    assert "0 of 3" in (await ines.get("/portal")).text
    gone = (await post(ines, base, f"{base}/withdrawal")).text
    assert "You don’t take part" in gone
    assert await responses.of_survey(1, people.ines.id, game.id) is None


async def test_what_is_a_draft_archived_or_elsewhere_is_404(people: Cast, browse: Browse) -> None:
    made = await editing.create(1, editing.Draft(LOAF), by=people.mara, key="k")
    ines, ada = await browse(people.ines), await browse(people.ada)
    assert (await ines.get(f"/portal/surveys/{made.survey.uid}")).status_code == 404
    await editing.publish(1, made.survey.uid, by=people.mara)
    assert (await ada.get(f"/portal/surveys/{made.survey.uid}")).status_code == 404
    await editing.archive(1, made.survey.uid, by=people.mara)
    assert (await ines.get(f"/portal/surveys/{made.survey.uid}")).status_code == 404
    assert "Nothing to take part in now" in (await ines.get("/portal/surveys")).text


async def test_a_stranger_answers_first_and_keeps_the_result_by_signing_in(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    quiz, somebody = await published(LOAF), await browse(None)
    base = f"/portal/to/bloom/surveys/{quiz.uid}"
    assert "Question 1 of 2" in (await somebody.get(base)).text
    await somebody.post(base, data={"question": "when_do_you_bake", "option": "at_dawn"})
    shown = await somebody.post(
        base, data={"question": "crust_or_crumb", "option": "crust"}, follow_redirects=True
    )
    assert "Sourdough purist" in shown.text
    assert "250 points are yours" in shown.text
    assert await responses.of_customer(1, people.ines.id) == ()
    keep = f"/portal/to/bloom?next=/portal/surveys/{quiz.uid}"
    assert f'href="{keep}"' in shown.text, "with several shops, a sign-in without a name is nobody's"
    assert f"next=/portal/surveys/{quiz.uid}" in (await somebody.get(keep)).text.replace("%2F", "/")
    await sign_in(somebody, mailbox, "ines@example.org")
    kept = await responses.of_survey(1, people.ines.id, quiz.id)
    assert kept is not None
    assert kept.outcome == "sourdough_purist"
    assert await factories.balance(people.ines) == 250
    assert "quiz" not in somebody.cookies


@pytest.mark.parametrize("path", ["/portal/to/nowhere/surveys/x", "/portal/to/bloom/surveys/x"])
async def test_the_door_shows_strangers_nothing_else(people: Cast, browse: Browse, path: str) -> None:
    poll = await published(FLAVOUR)
    somebody = await browse(None)
    assert (await somebody.get(path)).status_code == 404
    assert (await somebody.get(f"/portal/to/bloom/surveys/{poll.uid}")).status_code == 404


async def test_what_was_told_in_a_quiz_is_known_with_its_use_and_is_taken_back_there(
    people: Cast, browse: Browse
) -> None:
    quiz, ines = await published(LOAF), await browse(people.ines)
    await taking.finish(1, people.ines.id, quiz.uid, ROUTINE, by=themself(people.ines.id))
    known = "/portal/preferences/known"
    page = (await ines.get(known)).text
    assert "Writing to you as one of “Routine Seekers”." in page
    path = f"{known}/surveys/{quiz.uid}/withdrawal"
    assert path in page
    assert "Routine seeker" not in (await post(ines, known, path)).text
    assert await responses.of_survey(1, people.ines.id, quiz.id) is None


def told(number: int, at: datetime) -> tuple[bytes, dict[str, str]]:
    """A signed delivery of the shop platform: Ines's paid order of one coffee."""
    item = {"id": number, "title": "Flat white", "price": "4.50", "quantity": 1}
    order = {
        "id": number,
        "name": f"#{number}",
        "email": "ines@example.org",
        "currency": "EUR",
        "total_price": "4.50",
        "created_at": at.isoformat(),
        "financial_status": "paid",
        "line_items": [item],
        "customer": {"id": 7, "email": "ines@example.org", "state": "enabled"},
    }
    body = json.dumps(order).encode()
    headers = {
        "X-Shopify-Hmac-Sha256": sign(body, SECRET),
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": f"delivery-{number}",
        "X-Shopify-Shop-Domain": "bloom.myshopify.example",
        "Content-Type": "application/json",
    }
    return body, headers


async def test_a_pledge_is_kept_by_orders_that_arrive_by_webhook(people: Cast, browse: Browse) -> None:
    await run(
        "UPDATE stores SET webhook_secret = {}, domain = {} WHERE programme_id = 1",
        SECRET,
        "bloom.myshopify.example",
    )
    pledge, ines, platform = await published(CUP), await browse(people.ines), await browse(None)
    base = f"/portal/surveys/{pledge.uid}"
    assert "I bring my own cup" in (await ines.get(base)).text
    assert "0 of 2" in (await post(ines, base, f"{base}/participation")).text
    now = datetime.now(UTC)
    for number in (12, 12, 13):
        body, headers = told(number, now + timedelta(seconds=number))
        assert (await platform.post("/hooks/shopify", content=body, headers=headers)).status_code == 200
        await Worker().step()
        shown = (await ines.get(base)).text
        assert ("1 of 2" in shown) is (number == 12), number
    assert "You did it." in shown
    given = await value("SELECT sum(points) FROM survey_awards WHERE programme_id = 1")
    assert given == 150

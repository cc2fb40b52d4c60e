"""Engage → Campaigns: from an objective to the mailbox, step by step, as a merchant goes. PRODUCT M."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows, value, watched
from db.enums import OfferKind, StaffRole
from loyalty import clock
from loyalty.jobs.worker import Worker
from loyalty.mail import transport
from loyalty.rules.campaigns.offers import Offer
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, gave, segment, sent, work
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, field, toast

__all__ = ["mailbox"]

INDEX = "/admin/campaigns"
BODY = "Hi {{ first_name | there }}, <b>look</b>.\n\n[Come](https://shop.example/bread)"


@pytest.fixture(autouse=True)
async def at_noon(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def step(desk: Desk, page: str, **typed: str) -> str:
    """Fill in a step as it stands and go on; the address of the next."""
    version = field((await desk.get(page)).text, "version")
    answer = await desk.post(page, version=version, do="next", **typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def begun(desk: Desk, segment_uid: str) -> str:
    answer = await desk.post(INDEX, name="Win-back", objective="win_back", key="k")
    return await step(desk, answer.headers["location"], whom="segments", segments=segment_uid)


async def test_a_merchant_goes_from_the_objective_to_the_mailbox(
    cast: Cast, desk_of: SignIn, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals, mara = await segment("Loyals", cast.ines, cast.olu, cast.rex), await desk_of(cast.mara)
    assert "Begin the first" in (await mara.get(INDEX)).text
    page = await begun(mara, loyals.uid)
    page = await step(mara, page, kind="points", points="50", times="nonsense")
    page = await step(
        mara, page, subject="{{ first_name | Friend }}!", body=BODY, topic="other", channels="email"
    )
    pace = {"quiet_from": "21:00", "quiet_until": "08:00", "cap_messages": "2", "cap_days": "7"}
    page = await step(mara, page, when="now", holdout="0", **pace)
    review = (await mara.get(page)).text
    assert "Send to 1 person" in review
    assert "Never agreed to e-mails" in review
    assert "As Ines Okafor reads it" in review
    assert "Hi Ines, &lt;b&gt;look&lt;/b&gt;." in review
    here = page.removesuffix("/review")
    people = (await mara.get(f"{here}/audience/people?why=not_asked")).text
    assert "Rex Moreau" in people
    assert "Ines Okafor" not in people
    told = await mara.post(f"{here}/test-mails", htmx=True, key="t")
    assert "mara@shop.example" in toast(told)["sentence"]
    moved = await mara.post(f"{here}/scheduling", version=field(review, "version"))
    assert (moved.status_code, moved.headers["location"]) == (303, here)
    await work()
    tested, mail = sorted(mailbox.mails, key=lambda each: str(each["To"]), reverse=True)
    assert (tested["To"], tested["List-Unsubscribe"]) == ("mara@shop.example", None)
    assert (mail["To"], mail["Subject"]) == ("ines@example.org", "Ines!")
    link = "/c/" + mailbox.text().split("/c/")[1].split(")")[0]
    assert (await mara.client.head(link)).status_code == 302
    assert await value("SELECT count(*) FROM campaign_clicks WHERE programme_id = 1") == 0
    assert (await mara.client.get(link)).headers["location"] == "https://shop.example/bread"
    shown = (await mara.get(here)).text
    for word in ("Sent", "1 of 1", "Delivered", "50 points as a gift", "https://shop.example/bread"):
        assert word in shown
    assert "Ines Okafor" not in (await mara.get(here, only="left_out")).text
    report = (await mara.get(f"{here}/report")).text
    assert "Nobody was held back" in report
    assert "Got it,1,1,1,0" in (await mara.get(f"{here}/report.csv")).text.replace("treatment", "Got it")
    messages = (await mara.get(f"/admin/customers/{cast.ines.uid}", tab="messages")).text
    assert "as one of Loyals" in messages
    with watched() as asked:
        assert "Win-back" in (await mara.get(INDEX)).text
    assert sum("campaign" in sql for sql in asked) == 2


async def test_what_is_wrong_is_said_beside_what_was_typed(cast: Cast, desk_of: SignIn) -> None:
    loyals, mara = await segment("Loyals", cast.ines), await desk_of(cast.mara)
    wrong = await mara.post(INDEX, htmx=True, name="", objective="world_domination")
    assert (wrong.status_code, "<html" in wrong.text) == (422, False)
    here = (await begun(mara, loyals.uid)).removesuffix("/offer")
    refused = {
        "audience": ({"whom": "segments"}, "Choose a segment, or all members."),
        "offer": ({"kind": "points", "points": "0"}, "A gift is 1 to"),
        "message": ({"subject": "x" * 200, "body": "kept"}, "This is too long."),
        "schedule": ({"when": "later", "holdout": "20", "quiet_from": "21:00", "quiet_until": "21:00",
                      "cap_messages": "2", "cap_days": "7"}, "Choose a day"),
    }  # fmt: skip
    none_left = dict(
        refused["schedule"][0], when="now", quiet_until="08:00", broadcast="80", general_body="Hello"
    )
    for name, (typed, sentence) in (*refused.items(), ("schedule", (none_left, "At least 5%"))):
        version = field((await mara.get(f"{here}/{name}")).text, "version")
        answer = await mara.post(f"{here}/{name}", version=version, **typed)
        assert (answer.status_code, sentence in answer.text) == (422, True), name
    assert "kept" in (await mara.post(f"{here}/message", version="2", subject="x" * 200, body="kept")).text
    assert "disabled" in (await mara.get(f"{here}/review")).text


async def test_two_editors_see_what_differs_and_a_look_while_typing_saves_nothing(
    cast: Cast, desk_of: SignIn
) -> None:
    loyals, mara = await segment("Loyals", cast.ines), await desk_of(cast.mara)
    here = (await begun(mara, loyals.uid)).removesuffix("/offer")
    page = (await mara.get(f"{here}/message")).text
    version = field(page, "version")
    looked = await mara.post(
        f"{here}/message", htmx=True, version=version, subject="Hello", body="x", channels="email", do="look"
    )
    assert (looked.status_code, "<form" in looked.text, "Hello" in looked.text) == (200, False, True)
    typed = {"subject": "Hello", "body": "x", "channels": "portal"}
    counted = await mara.post(f"{here}/message", htmx=True, version=version, **typed, do="count")
    assert ("<form" in counted.text, "Who would get it now" in counted.text) == (False, True)
    none = await mara.post(f"{here}/message", htmx=True, version=version, subject="Hello", do="count")
    assert (none.status_code, none.headers["hx-retarget"]) == (422, "#message")
    assert "Choose how it reaches people." in none.text
    assert field((await mara.get(f"{here}/message")).text, "version") == version
    other = await mara.post(
        f"{here}/message", version=version, subject="Somebody’s", body="x", channels="email", do="look"
    )
    assert other.status_code == 303
    stale = await mara.post(
        f"{here}/message", version=version, subject="Other words", body="x", channels="email"
    )
    assert stale.status_code == 409
    assert "Save anyway" in stale.text
    assert "Other words" in stale.text
    again = await mara.post(
        f"{here}/message",
        version=field(stale.text, "version"),
        subject="Other words",
        body="x",
        channels="email",
    )
    assert again.status_code == 303
    copy = await mara.post(f"{here}/copies", key="c")
    assert "Win-back (copy)" in (await mara.get(copy.headers["location"])).text


async def test_somebody_elses_is_not_found_and_readers_only_read(
    cast: Cast, desk_of: SignIn, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    gone = await sent(cast, Plan(segments=(loyals.uid,)))
    draft = await drafted(Plan(segments=(loyals.uid,)), cast.mara, key="d")
    nils = await desk_of(cast.nils, cast.other_programme_id)
    reader = await desk_of(await factories.staff(1, "Rhea", StaffRole.READ_ONLY))
    for tail in ("", "/review", "/audience", "/audience/people"):
        assert (await nils.get(f"{INDEX}/{gone.uid}{tail}")).status_code == 404
    for verb in ("pause", "cancellation", "scheduling", "copies"):
        assert (await nils.post(f"{INDEX}/{draft.uid}/{verb}")).status_code == 404
        assert (await reader.post(f"{INDEX}/{draft.uid}/{verb}")).status_code == 403
    shown = (await reader.get(f"{INDEX}/{gone.uid}")).text
    assert "Duplicate" not in shown
    assert (await reader.get(f"{INDEX}/{gone.uid}", htmx=True)).text.count("<html") == 0
    mara = await desk_of(cast.mara)
    assert (await mara.get(f"{INDEX}/{gone.uid}/offer")).headers["location"] == f"{INDEX}/{gone.uid}"
    assert (await mara.post(f"{INDEX}/{gone.uid}/offer", kind="none", version="9")).status_code == 409
    assert (await reader.get(f"{INDEX}/{draft.uid}")).headers["location"].endswith("/review")
    assert (await reader.get(f"{INDEX}/{gone.uid}", only="nonsense")).status_code == 422


async def test_it_is_paused_gone_on_with_and_cancelled_from_its_page(
    cast: Cast, desk_of: SignIn, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals, mara = await segment("Loyals", cast.ines), await desk_of(cast.mara)
    draft = await drafted(Plan(segments=(loyals.uid,)), cast.mara)
    here = f"{INDEX}/{draft.uid}"
    said = toast(await mara.post(f"{here}/scheduling", htmx=True, version=str(draft.version)))
    assert "is scheduled" in said["sentence"]
    await mara.post(f"/admin/actions/{said['undo']}/reversal")
    assert [row["state"] for row in await rows("SELECT state FROM campaigns WHERE programme_id = 1")] == [
        "draft"
    ]
    review = (await mara.get(f"{here}/review")).text
    await mara.post(f"{here}/scheduling", version=field(review, "version"))
    mailbox.rcpt = "450 Later"
    await work()
    for verb, word in (("pause", "Paused"), ("resumption", "Being sent"), ("cancellation", "Cancelled")):
        assert (await mara.post(f"{here}/{verb}")).status_code == 303
        assert word in (await mara.get(here)).text
    mailbox.rcpt = "250 OK"
    await work(NOON + timedelta(hours=1))
    assert mailbox.mails == []
    late = await mara.post(f"{here}/pause")
    assert late.status_code == 409


async def test_what_it_gave_is_ended_for_all_at_once_from_its_page(cast: Cast, desk_of: SignIn) -> None:
    made = await gave(cast, Offer(kind=OfferKind.MULTIPLIER, percent=200, days=7), cast.ines, cast.rex)
    mara, theo, ends = await desk_of(cast.mara), await desk_of(cast.theo), "/admin/batches/new/end_offers"
    address = f"{ends}?campaign={made.uid}"
    assert address in (await mara.get(f"{INDEX}/{made.uid}")).text
    assert address not in (await theo.get(f"{INDEX}/{made.uid}")).text
    assert (await theo.get(ends, campaign=made.uid)).status_code == 403
    form = (await mara.get(ends, campaign=made.uid)).text
    assert "Whoever still has it: <b>2 people</b>" in form
    sent = {name: field(form, name) for name in ("campaign", "count", "key")}
    begun = [await mara.post(ends, **sent) for _ in range(2)]
    assert [answer.status_code for answer in begun] == [303, 303]
    assert begun[0].headers["location"] == begun[1].headers["location"]
    await Worker().step()
    assert "Undo for all 2" in (await mara.get(begun[0].headers["location"])).text
    assert "Nobody has anything of it left" in (await mara.get(ends, campaign=made.uid)).text

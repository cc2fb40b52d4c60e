"""What a campaign did, on its pages: the report, everybody of it, and both as files. PRODUCT M4."""

import pytest

from db.engine import rows, watched
from db.enums import StaffRole
from loyalty import clock
from loyalty.campaigns import measuring
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, segment, sent, work
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast

__all__ = ["mailbox"]

INDEX = "/admin/campaigns"


async def test_a_merchant_reads_what_it_did_and_who_got_it(
    cast: Cast, desk_of: SignIn, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(cast.ines)
    loyals, mara = await segment("Loyals", cast.ines, cast.olu, cast.rex), await desk_of(cast.mara)
    made = await sent(cast, Plan(segments=(loyals.uid,)))
    here = f"{INDEX}/{made.uid}"
    await factories.order(cast.ines, cast.web.id, 2_000, at=NOON)
    report = (await mara.get(f"{here}/report")).text
    for words in ("Nobody was held back", "Orders a day, of 1,000", "Not defined: nobody was held back"):
        assert words in report
    everybody = await mara.get(f"{here}/recipients")
    assert all(name in everybody.text for name in ("Ines Okafor", "Rex Moreau", "Every segment", "Delivered"))
    chosen = (await mara.get(f"{here}/recipients", htmx=True, state="delivered", arm="nonsense")).text
    assert [word in chosen for word in ("<html", "Rex Moreau", "Ines Okafor", "state=delivered")] == [
        False,
        False,
        True,
        True,
    ]
    with watched() as asked:
        assert "Nobody of this campaign" in (await mara.get(f"{here}/recipients", reason="bounced")).text
    assert sum("campaign" in sql for sql in asked) == 3
    assert (await mara.get(f"{here}/recipients", at="damaged")).status_code == 422
    file = (await mara.get(f"{here}/recipients.csv", state="left_out")).text
    assert ("Rex Moreau" in file, "Ines Okafor" in file) == (True, False)
    assert "campaign.exported" in [row["verb"] for row in await rows("SELECT verb FROM actions")]
    monkeypatch.setattr(measuring, "AT_ONCE", 0)
    with clock.at(NOON):
        said = toast(await mara.post(f"{here}/counts", htmx=True))
        assert said["sentence"].startswith("It is being counted")
        assert (await mara.post(f"{here}/counts")).headers["location"] == f"{here}/report"
    await work()
    assert "are counted every night; these are of" in (await mara.get(f"{here}/report")).text


async def test_only_those_who_may_see_it_do(cast: Cast, desk_of: SignIn, mailbox: Mailbox) -> None:
    await agree(cast.ines)
    plan = Plan(segments=((await segment("Loyals", cast.ines)).uid,))
    made = await sent(cast, plan)
    draft = await drafted(plan, cast.mara, key="d")
    nils = await desk_of(cast.nils, cast.other_programme_id)
    reader = await desk_of(await factories.staff(1, "Rhea", StaffRole.READ_ONLY))
    mara = await desk_of(cast.mara)
    for tail in ("report", "report.csv", "recipients", "recipients.csv"):
        assert (await nils.get(f"{INDEX}/{made.uid}/{tail}")).status_code == 404
    assert (await nils.post(f"{INDEX}/{made.uid}/counts")).status_code == 404
    assert (await reader.post(f"{INDEX}/{made.uid}/counts")).status_code == 403
    assert (await reader.get(f"{INDEX}/{made.uid}/recipients")).status_code == 200
    assert (await mara.get(f"{INDEX}/{draft.uid}/report")).status_code == 302
    assert (await mara.post(f"{INDEX}/{draft.uid}/counts")).status_code == 409
    assert (await mara.get(f"{INDEX}/{draft.uid}/report.csv")).status_code == 404


async def test_all_campaigns_together_are_what_was_counted_of_each(
    cast: Cast, desk_of: SignIn, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    mara = await desk_of(cast.mara)
    assert "Nothing to tell yet" in (await mara.get(f"{INDEX}/results")).text
    made = await sent(cast, Plan(segments=((await segment("Loyals", cast.ines)).uid,)))
    with clock.at(NOON):
        await measuring.keep_all(1)
    with watched() as asked:
        page = (await mara.get(f"{INDEX}/results")).text
    assert sum("campaign" in sql for sql in asked) == 2
    assert [word in page for word in ("No campaign held anybody back", "Win-back k", "Win people back")] == [
        True
    ] * 3
    file = (await mara.get(f"{INDEX}/results.csv")).text.splitlines()
    assert [line.split(",")[0] for line in file[1:]] == [made.name]
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert "Nothing to tell yet" in (await nils.get(f"{INDEX}/results")).text

"""The offer of a campaign, as it is typed, brought and read. PRODUCT M1."""

from collections.abc import AsyncIterator

import pytest
from litestar.datastructures import FormMultiDict

from db.enums import OfferKind
from loyalty import clock
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, segment
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, field
from web.forms.campaigns import OfferForm

INDEX = "/admin/campaigns"


@pytest.fixture
async def at_noon() -> AsyncIterator[None]:
    with clock.at(NOON):
        yield


def typed(**words: str) -> OfferForm:
    return OfferForm.sent(FormMultiDict({"key": "k", **words}), None)


def test_only_what_the_kind_needs_is_looked_at_and_each_wrong_word_is_named() -> None:
    cut = typed(kind="price_cut", reward="mug", off="30", days="7", nth="nonsense", times="x")
    assert (cut.errors, cut.offer.percent, cut.offer.kind) == ({}, 30, OfferKind.PRICE_CUT)
    assert cut.typed["nth"] == "nonsense"
    assert typed(kind="nth_order", nth="1", points="1,000", days="30").offer.points == 1_000
    for words, name in (
        ({"kind": "nth_order", "nth": "second"}, "nth"),
        ({"kind": "multiplier", "times": "2", "uses": "1.5"}, "uses"),
        ({"kind": "price_cut", "off": "a third"}, "off"),
        ({"kind": "code", "codes": "A\nB 2"}, "codes"),
        ({"kind": "world"}, "kind"),
    ):
        assert name in typed(**words).errors, words


def test_codes_come_by_file_and_a_workbook_is_refused() -> None:
    sent = FormMultiDict({"kind": "code", "codes": ""})
    form = OfferForm.sent(sent, (b"Code;Uses\nA1;1\nB2;1\n", "codes.csv"))
    assert (form.errors, form.brought, form.typed["codes"]) == ({}, ("A1", "B2"), "")
    assert "workbook" in OfferForm.sent(sent, (b"PK\x03\x04", "codes.xlsx")).errors["codes"]


async def gives(desk: Desk, here: str, **words: str) -> str:
    """Save the offer; what its page says when it is refused, else the review."""
    version = field((await desk.get(f"{here}/offer")).text, "version")
    answer = await desk.post(f"{here}/offer", version=version, **words)
    assert answer.status_code in (303, 422), answer.text
    return answer.text if answer.status_code == 422 else (await desk.get(f"{here}/review")).text


async def test_every_offer_is_chosen_refused_beside_its_field_and_read_back(
    cast: Cast, desk_of: SignIn, at_noon: None
) -> None:
    await agree(cast.ines)
    loyals, mara = await segment("Loyals", cast.ines), await desk_of(cast.mara)
    mug = await factories.reward(1, "A mug")
    gone = await factories.reward(1, "Gone", status="archived")
    here = f"{INDEX}/{(await drafted(Plan(segments=(loyals.uid,)), cast.mara)).uid}"
    for words, sentence in (
        ({"kind": "price_cut", "reward": gone.uid, "off": "30", "days": "7"}, "isn’t offered any more"),
        ({"kind": "price_cut", "reward": mug.uid, "off": "101", "days": "7"}, "1 to 100 percent"),
        ({"kind": "nth_order", "nth": "21", "points": "5", "days": "7"}, "1st to the 20th order"),
        ({"kind": "multiplier", "times": "2", "uses": "99", "days": "7"}, "1 to 10 orders"),
        ({"kind": "code", "days": "7"}, "Paste the codes"),
        ({"kind": "code", "days": "0", "codes": "SPRING-1"}, "1 to 365 days"),
        ({"kind": "price_cut", "reward": mug.uid, "off": "30", "days": "7"}, "A mug for 30% less, for 7 days"),
        ({"kind": "nth_order", "nth": "2", "points": "250", "days": "30"}, "250 points on the 2nd order"),
        ({"kind": "multiplier", "times": "2", "uses": "3", "days": "7"}, "each of the next 3 orders"),
        ({"kind": "code", "days": "7", "codes": "SPRING-1\nSPRING-2"}, "each another one, for 7 days"),
    ):  # fmt: skip
        page = await gives(mara, here, **words)
        assert sentence in page, words
    assert "2 are there" in page
    again = (await mara.get(f"{here}/offer")).text
    assert "2 codes are there" in again
    assert "SPRING" not in again

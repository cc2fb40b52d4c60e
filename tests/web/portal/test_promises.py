"""What campaigns promised: what a member reads on the front page and in their data. PRODUCT M1, O4."""

import json
import re
from datetime import timedelta

from db.engine import atomic, watched
from db.enums import OfferKind
from loyalty import clock
from loyalty.campaigns import codes, giving
from loyalty.campaigns.promises import given, usable
from loyalty.rules.campaigns.offers import Offer
from tests import factories
from tests.campaigning import Plan, drafted
from tests.cast import Cast
from tests.web.portal.conftest import Browse


async def promise(cast: Cast, *offers: Offer) -> None:
    """One campaign for each offer, given to Ines at once."""
    for number, offer in enumerate(offers):
        kept = offer if offer.kind is not OfferKind.CODE else Offer()
        made = await drafted(Plan(everybody=True, offer=kept), cast.mara, key=f"k{number}")
        async with atomic():
            if offer.kind is OfferKind.CODE:
                await codes.bring(1, made, ["SPRING-7"], clock.now())
                until = clock.now() + timedelta(days=offer.days)
                await codes.give(1, made, cast.ines.id, clock.now(), until=until)
            else:
                await giving.give(1, made, cast.ines.id)


async def test_a_member_reads_what_is_theirs_and_how_far_they_are(people: Cast, browse: Browse) -> None:
    mug = await factories.reward(1, "A mug", price=400)
    client = await browse(people.ines)
    assert "Just for you" not in (await client.get("/portal")).text
    await promise(
        people,
        Offer(kind=OfferKind.NTH_ORDER, nth=2, points=150, days=30),
        Offer(kind=OfferKind.PRICE_CUT, reward=mug.uid, percent=25, days=7),
        Offer(kind=OfferKind.MULTIPLIER, percent=200, uses=3, days=14, categories=("Bread",)),
        Offer(kind=OfferKind.CODE, days=14),
    )
    await factories.order(people.ines, people.web.id, 1_000, at=clock.now(), earns=True)
    page = (await client.get("/portal")).text
    for words in (
        "Just for you", "A bonus for your next 2 orders", "1 of 2 orders", "+150",
        "A mug for 300 points instead of 400", "Double points on Bread",
        "For each of your next 3 orders", "Your code: SPRING-7", "Cheaper until",
    ):  # fmt: skip
        assert words in page, words
    assert re.search(r"For your next order in the shop · Until \w+", page)
    client.headers["Accept-Language"] = "de"
    page = (await client.get("/portal")).text
    assert "Ein Bonus für deine nächsten 2 Bestellungen" in page
    assert "Doppelte Punkte auf Bread" in page
    data = json.loads((await client.get("/portal/data/export")).text)
    assert {each["kind"] for each in data["promises"]} == {"order bonus", "price cut", "code"}
    with watched() as asked:
        mine, told = await usable(1, people.ines.id), await given(1, people.ines.id)
    assert (len(mine), len(told), len(asked)) == (4, 3, 2)
    assert await usable(1, people.rex.id) == ()

"""Ines: every other week bread and beans on the web, in between a coffee at the counter."""

from collections.abc import Iterator
from datetime import timedelta

from loyalty import clock, undo
from loyalty.demo import cast, shop
from loyalty.demo.almanac import Almanac
from loyalty.demo.shop import BY_TITLE
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import (
    MORNING_COFFEE,
    SUNDAY_BREAKFAST,
    buys,
    cancels,
    claims,
    joins,
    redeems,
    takes_back,
)
from loyalty.demo.stories.reviews import Opinion, told
from loyalty.ledger import adjusting
from loyalty.reviews.submitting import ReviewDraft
from loyalty.rewards import removing

HAMPER = shop.basket(
    "Seeded sourdough", "Ethiopia Guji, 250 g", "Keep cup", "Loaf for the food bank", "Gift card $25"
)
"""Five lines, of which two earn nothing."""

_KEPT_FREE = (24, 38, 200)
"""Days of the orders that have a story of their own."""


def scenes(almanac: Almanac) -> Iterator[Scene]:
    ines, hanna = cast.ines(almanac), cast.hanna(almanac)
    yield joins(ines, almanac.at(540, 19, 12))
    for count, days_ago in enumerate(range(538, 0, -10)):
        if days_ago not in _KEPT_FREE:
            web = count % 2 == 0
            at, basket = (
                (almanac.at(days_ago, 20, 5), SUNDAY_BREAKFAST)
                if web
                else (almanac.at(days_ago, 8, 40), MORNING_COFFEE)
            )
            yield buys(ines, at, f"ines-{days_ago}", basket, delivered=web)

    yield redeems(ines, almanac.at(200, 19, 58), "$5 off", "ines-five-off")
    yield buys(ines, almanac.at(200, 20, 5), "ines-200", SUNDAY_BREAKFAST, with_code="ines-five-off")
    yield redeems(ines, almanac.at(38, 8, 20), "Croissant of the week", "ines-croissant")
    yield buys(
        ines, almanac.at(38, 8, 31), "ines-38", MORNING_COFFEE, delivered=False, with_code="ines-croissant"
    )
    yield buys(ines, almanac.at(24, 20, 15), "ines-hamper", HAMPER)
    yield takes_back(almanac.at(20, 11, 2), "ines-hamper")
    yield redeems(ines, almanac.at(9, 18, 30), "Croissant of the week", "ines-waiting")
    yield redeems(ines, almanac.at(5, 8, 5), "Any hot drink", "ines-drink")
    yield Scene(almanac.at(4, 9, 20), _drink_returned)
    yield Scene(almanac.at(6, 9, 41), _late_delivery)
    yield Scene(almanac.at(1, 10, 3), _one_nought_too_many)

    yield claims(ines, hanna.email, hanna.name, almanac.at(35, 21, 10), "ines-hanna")
    yield joins(hanna, almanac.at(33, 18, 0))
    yield buys(hanna, almanac.at(33, 18, 20), "hanna-1", SUNDAY_BREAKFAST, with_code="ines-hanna")
    yield buys(hanna, almanac.at(12, 17, 45), "hanna-2", SUNDAY_BREAKFAST)
    yield claims(ines, "tove.berg@example.org", "Tove Berg", almanac.at(3, 12, 30), "ines-tove")
    yield claims(ines, "sam.keane@example.net", "Sam Keane", almanac.at(17, 12, 30), "ines-sam")
    yield cancels(almanac.at(14, 15, 0), "ines-sam", "Sam asked us to forget the address")

    yield from _reviews(almanac)


def _reviews(almanac: Almanac) -> Iterator[Scene]:
    """One with a photo, approved; one that is still waiting."""
    for days_ago, title, heading, body in (
        (
            27,
            "Seeded sourdough",
            "Three days, still fresh",
            "Toasted on day three it is even better. Photo to prove it.",
        ),
        (2, "Ethiopia Guji, 250 g", "Peach, really", "I did not believe the label. It tastes of peach."),
    ):
        draft = ReviewDraft(
            external_id=f"ines-review-{days_ago}",
            product_key=BY_TITLE[title].sku,
            product_title=title,
            rating=5,
            title=heading,
            body=body,
            has_photo=days_ago == 27,
        )
        opinion = Opinion(draft, "ines.okafor@example.com", "Ines Okafor")
        yield from told(opinion, almanac.at(days_ago, 19, 30), almanac, patience=0.2)


async def _late_delivery(stage: Stage) -> None:
    await adjusting.adjust(
        stage.programme_id,
        await stage.customer("ines.okafor@example.com"),
        150,
        by=stage.theo,
        reason="Delivery two hours late",
        comment="Sorry for the wait",
        key="ines-late",
        expires_at=clock.now() + timedelta(days=21),
    )


async def _one_nought_too_many(stage: Stage) -> None:
    """Theo types 2000 for 200, sees it, and takes it back."""
    customer_id = await stage.customer("ines.okafor@example.com")
    adjusted = await adjusting.adjust(
        stage.programme_id, customer_id, 2000, by=stage.theo, reason="Birthday treat", key="ines-treat"
    )
    assert adjusted.action is not None
    with clock.at(clock.now() + timedelta(minutes=2)):
        await undo.undo(stage.programme_id, adjusted.action.uid, by=stage.theo, reason="One nought too many")
    with clock.at(clock.now() + timedelta(minutes=3)):
        await adjusting.adjust(
            stage.programme_id, customer_id, 200, by=stage.theo, reason="Birthday treat", key="ines-treat-200"
        )


async def _drink_returned(stage: Stage) -> None:
    await removing.remove(
        stage.programme_id,
        stage.marks["ines-drink"],
        return_points=True,
        by=stage.theo,
        reason="Redeemed by accident, rang us",
        key="ines-drink-back",
    )

"""Juno: buys now and then, and tells everybody: three reviews and a friend in half a year."""

from collections.abc import Iterator

from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.shop import BY_TITLE
from loyalty.demo.stage import Scene
from loyalty.demo.stories.acts import MORNING_COFFEE, buys, joins
from loyalty.demo.stories.reviews import Opinion, told
from loyalty.reviews.submitting import ReviewDraft

_REVIEWS = (
    (
        150,
        "Mill Lane rye",
        "A rye with a spine",
        "Dark, sour, lasts the week. My neighbours buy it now, too.",
    ),
    (96, "Cardamom bun", "Better than Stockholm", "I lived there for six years. Trust me on this one."),
    (41, "Oat latte", "They remember my name", "And my order, and that I write these."),
)


def scenes(almanac: Almanac) -> Iterator[Scene]:
    juno = cast.juno(almanac)
    yield joins(juno, almanac.at(300, 10, 0))
    for days_ago in (299, 160, 45):
        yield buys(juno, almanac.at(days_ago, 9, 20), f"juno-{days_ago}", MORNING_COFFEE, delivered=False)
    for days_ago, title, heading, body in _REVIEWS:
        draft = ReviewDraft(
            external_id=f"juno-review-{days_ago}",
            product_key=BY_TITLE[title].sku,
            product_title=title,
            rating=5,
            title=heading,
            body=body,
        )
        yield from told(
            Opinion(draft, juno.email, "Juno Castellane"), almanac.at(days_ago, 20, 15), almanac, 0.4
        )

"""Reviews: one order in a dozen is written about, and Theo reads them over his coffee."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from loyalty.demo.almanac import Almanac
from loyalty.demo.people import SEED, Person
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.shoppers import Visit
from loyalty.reviews import deciding, submitting
from loyalty.reviews.submitting import ReviewDraft
from loyalty.rules.actors import themself

_SHARE = 0.07
_WAITING_DAYS = 4
"""Theo is a few days behind: what came in since is still waiting."""

_TEXTS = {
    5: (
        ("Gone by noon", "The family finished it before I had cut it properly."),
        ("As good as my grandmother's", "And she would not have said that lightly."),
        ("Worth the walk", "Crust, crumb, everything."),
        ("Every Sunday now", "It has become a habit, and a good one."),
    ),
    4: (
        ("Very good", "A little darker than I like it, but very good."),
        ("Would buy again", "Kept fresh for three days."),
        ("Nice present", "Arrived well packed and on time."),
    ),
    3: (
        ("Fine", "Nothing wrong with it, nothing special either."),
        ("Not my roast", "Too bright for my taste."),
    ),
    2: (
        ("Arrived squashed", "The box had had a hard day."),
        ("Smaller than it looks", "The picture is generous."),
    ),
    1: (("BUY CHEAP WATCHES", "Visit my page for a good price."),),
}
_STARS = ((5, 52), (4, 28), (3, 10), (2, 6), (1, 4))


@dataclass(frozen=True, slots=True)
class Opinion:
    """A review as it will be written, and what becomes of it: approved, or rejected with a reason."""

    draft: ReviewDraft
    email: str
    rejected_because: str = ""


def scenes(bought: Sequence[tuple[Person, Visit]], almanac: Almanac) -> Iterator[Scene]:
    luck = Random(f"{SEED}:reviews")
    for person, visit in bought:
        if visit.delivered and visit.registered and luck.random() < _SHARE:
            at = visit.at + timedelta(days=luck.randint(2, 9), minutes=luck.randint(0, 600))
            yield from told(_opinion(person, visit, luck), at, almanac, luck.random())


def told(opinion: Opinion, at: datetime, almanac: Almanac, patience: float) -> Iterator[Scene]:
    """The review is written at this moment, and decided a day or two later unless that is too near the end."""
    yield Scene(at, partial(_submit, opinion))
    decided = at + timedelta(hours=10 + int(patience * 40))
    if at < almanac.until - timedelta(days=_WAITING_DAYS):
        yield Scene(decided, partial(_decide, opinion))


def _opinion(person: Person, visit: Visit, luck: Random) -> Opinion:
    article = visit.basket[0][0]
    stars = luck.choices([star for star, _ in _STARS], [weight for _, weight in _STARS])[0]
    title, body = luck.choice(_TEXTS[stars])
    draft = ReviewDraft(
        external_id=f"review-{visit.external_id}",
        product_key=article.sku,
        product_title=article.title,
        rating=stars,
        title=title,
        body=body,
        has_photo=stars >= 4 and luck.random() < 0.3,
        has_video=stars == 5 and luck.random() < 0.05,
    )
    return Opinion(draft, person.email, "Advertising" if stars == 1 else "")


async def _submit(opinion: Opinion, stage: Stage) -> None:
    customer_id = await stage.customer(opinion.email)
    written = await submitting.submit(
        stage.programme_id, customer_id, opinion.draft, by=themself(customer_id)
    )
    stage.marks[opinion.draft.external_id] = written.review.uid


async def _decide(opinion: Opinion, stage: Stage) -> None:
    uid, key = stage.marks[opinion.draft.external_id], f"decide:{opinion.draft.external_id}"
    if opinion.rejected_because:
        await deciding.reject(
            stage.programme_id, uid, by=stage.theo, key=key, reason=opinion.rejected_because
        )
    else:
        await deciding.approve(stage.programme_id, uid, by=stage.theo, key=key)

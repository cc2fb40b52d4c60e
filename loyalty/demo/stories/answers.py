"""What members told the shop: a few hundred of them a little, Ines nearly everything."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from random import Random

from db.enums import AnswerSource, QuestionSection
from loyalty.demo.almanac import Almanac, evening_hour
from loyalty.demo.people import SEED, Person
from loyalty.demo.stage import Scene, Stage
from loyalty.preferences import answering
from loyalty.preferences.answering import Sent
from loyalty.preferences.current import center
from loyalty.preferences.drawing import seeded
from loyalty.rules.actors import themself

_SHARE = 0.3
"""Of those who join, so many answer something."""

INTERESTS, COMMUNICATION, VALUES, REWARDS, PROFILE = QuestionSection

_LIKED: dict[str, tuple[tuple[str, int], ...]] = {
    "favourites": (
        ("sourdough", 9),
        ("premium_coffee", 7),
        ("pastry", 8),
        ("cakes_for_occasions", 3),
        ("gluten_free", 2),
    ),
    "favourite_shelf": (("bread", 6), ("pastry", 5), ("beans", 4), ("pantry", 1)),
    "channels": (("email", 9), ("sms", 2), ("portal", 8)),
    "topics": (("weekly_digest", 3), ("new_rewards", 4), ("big_sales", 2)),
    "values": (
        ("organic_flour", 5),
        ("local_mills", 6),
        ("no_waste", 5),
        ("vegan_choices", 2),
        ("bread_for_the_food_bank", 4),
    ),
    "reward_style": (("discounts", 4), ("free_products", 5), ("experiences", 3), ("donations", 1)),
    "coffee_rhythm": (("every_day", 3), ("every_week", 6), ("now_and_then", 4)),
}
"""How often each answer is given, by the question's key."""

_INES: dict[QuestionSection, dict[str, list[str]]] = {
    INTERESTS: {"favourites": ["sourdough", "premium_coffee"], "favourite_shelf": ["beans"]},
    COMMUNICATION: {"channels": ["email", "portal"], "topics": ["weekly_digest", "new_rewards"]},
    REWARDS: {"reward_style": ["experiences"]},
    PROFILE: {"coffee_rhythm": ["every_week"]},
}


def scenes(people: Sequence[Person], almanac: Almanac) -> Iterator[Scene]:
    luck = Random(f"{SEED}:answers")
    for person in people:
        if person.joins is None or luck.random() > _SHARE:
            continue
        days = luck.randint(2, 90)
        day = person.joins + timedelta(days=days)
        if day < almanac.today:
            yield Scene(evening_hour(day, luck), _tells(person.email, _made_up(luck)))
    yield Scene(almanac.at(7, 21, 40), _tells("ines.okafor@example.com", _INES))


def _made_up(luck: Random) -> dict[QuestionSection, dict[str, list[str]]]:
    """What somebody says; most stop before the end."""
    told: dict[QuestionSection, dict[str, list[str]]] = {
        INTERESTS: {
            "favourites": _some(luck, "favourites"),
            "favourite_shelf": _some(luck, "favourite_shelf", 1),
        }
    }
    if luck.random() < 0.7:
        topics = _some(luck, "topics") if luck.random() < 0.5 else []
        told[COMMUNICATION] = {"channels": _some(luck, "channels"), "topics": topics}
    if luck.random() < 0.6:
        told[VALUES] = {"values": _some(luck, "values")}
        told[REWARDS] = {"reward_style": _some(luck, "reward_style", 1)}
    if luck.random() < 0.45:
        born = [str(luck.randint(1, 12)), str(luck.randint(1, 28)), ""]
        told[PROFILE] = {"coffee_rhythm": _some(luck, "coffee_rhythm", 1), "birthday": born}
    return told


def _some(luck: Random, key: str, most: int = 3) -> list[str]:
    options = _LIKED[key]
    picked = luck.choices(
        [name for name, _ in options], [weight for _, weight in options], k=luck.randint(1, most)
    )
    return sorted(set(picked))


def _tells(
    email: str, told: Mapping[QuestionSection, Mapping[str, list[str]]]
) -> Callable[[Stage], Awaitable[None]]:
    async def act(stage: Stage) -> None:
        customer_id = await stage.customer(email)
        for section, answers in told.items():
            part = (await center(stage.programme_id, customer_id)).part(section)
            assert part is not None
            sent = {
                asked.question.key: Sent(answers[asked.question.key], asked.question.number or 1)
                for asked in part.asked
                if asked.question.key in answers
            }
            with seeded(hashlib.sha256(f"{SEED}:{email}".encode()).hexdigest()):
                await answering.save(
                    stage.programme_id,
                    customer_id,
                    section,
                    sent,
                    version=part.version,
                    by=themself(customer_id),
                    source=AnswerSource.PORTAL,
                )

    return act

"""Mara and Theo at work: points by hand, rewards taken back, tiers given, people who leave and return."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random

from db.engine import value
from loyalty import undo
from loyalty.customers import moving
from loyalty.demo.almanac import DAYS, Almanac
from loyalty.demo.people import DEVOTED, OCCASIONAL, RARE, REGULAR, SEED, Habit, Person
from loyalty.demo.stage import Scene, Stage
from loyalty.errors import Invalid, NotAMember, NotEnoughPoints
from loyalty.ledger import adjusting
from loyalty.rewards import removing
from loyalty.tiers import changing

_REASONS = (
    (50, "Waited twenty minutes for a flat white", "Sorry for the wait"),
    (100, "Order arrived a day late", "Sorry about your delivery"),
    (75, "Helped us test the new till", "Thank you for your help"),
    (200, "Brought her book club along", "Thank you for bringing friends"),
    (40, "Card forgotten, receipt shown", "Points for your receipt"),
    (-40, "Receipt scanned twice", "Points counted twice"),
    (-75, "Receipt of somebody else", "Correction"),
)
_LATEST_UNUSED = """SELECT i.uid FROM issued_rewards i
    JOIN customers c ON c.programme_id = i.programme_id AND c.id = i.customer_id
    WHERE i.programme_id = {} AND i.status = 'outstanding' AND i.source = 'redemption' AND c.type = 'member'
    ORDER BY i.issued_at DESC, i.id DESC LIMIT 1"""


def scenes(people: Sequence[Person], almanac: Almanac) -> Iterator[Scene]:
    luck, had = Random(f"{SEED}:desk"), set[int]()

    def once(days_ago: int, *habits: Habit) -> Person | None:
        """Somebody to whom nothing of this kind has happened yet."""
        person = somebody(days_ago, *habits)
        if person is None or person.number in had:
            return None
        had.add(person.number)
        return person

    def somebody(days_ago: int, *habits: Habit) -> Person | None:
        day = almanac.day(days_ago)
        coming = [
            person for person in people if person.habit in habits and person.joins and person.joins < day
        ]
        here = [person for person in coming if person.stops >= day]
        return luck.choice(here) if here else None

    for days_ago in range(DAYS - 40, 1, -5):
        if (person := somebody(days_ago, DEVOTED, REGULAR, OCCASIONAL)) is not None:
            points, reason, comment = luck.choice(_REASONS)
            yield Scene(
                almanac.at(days_ago, luck.randint(9, 17), luck.randint(0, 59)),
                partial(_adjust, person, points, reason, comment, f"desk-{days_ago}"),
            )
    for days_ago in range(DAYS - 120, 1, -23):
        yield Scene(almanac.at(days_ago, 13), partial(_take_reward_back, f"desk-{days_ago}"))
    yield from _tiers(once, almanac)
    yield from _leaving(once, almanac)


def _tiers(once: Callable[..., Person | None], almanac: Almanac) -> Iterator[Scene]:
    given = ((300, "Silver", "Neighbour since the first day"), (190, "Gold", "Writes about us in the paper"))
    for days_ago, tier, notes in (
        *given,
        (75, "Platinum", "Our flour comes from her mill"),
        (11, "Gold", "Wedding cake in June"),
    ):
        if (person := once(days_ago, RARE)) is not None:
            yield Scene(almanac.at(days_ago, 16, 10), partial(_give_tier, person, tier, notes))


def _leaving(once: Callable[..., Person | None], almanac: Almanac) -> Iterator[Scene]:
    """Every fourth of them is back within a week, and one was a mistake that Mara undid at once."""
    for count, days_ago in enumerate(range(460, 8, -19)):
        if (person := once(days_ago, OCCASIONAL)) is None:
            continue
        mark = f"left-{days_ago}"
        yield Scene(almanac.at(days_ago, 15, 5), partial(_exclude, person, mark))
        if count % 8 == 3:
            yield Scene(almanac.at(days_ago, 15, 9), partial(_undo, mark))
        elif count % 4 == 1:
            yield Scene(almanac.at(days_ago - 6, 10, 30), partial(_join_again, person))


async def _adjust(person: Person, points: int, reason: str, comment: str, key: str, stage: Stage) -> None:
    customer_id = await stage.customer(person.email)
    try:
        await adjusting.adjust(
            stage.programme_id, customer_id, points, by=stage.theo, reason=reason, comment=comment, key=key
        )
    except (NotEnoughPoints, NotAMember):  # Theo is told, and lets it be
        return


async def _take_reward_back(key: str, stage: Stage) -> None:
    """The latest unused code: redeemed by accident."""
    uid = await value(_LATEST_UNUSED, stage.programme_id)
    if uid is not None:
        await removing.remove(
            stage.programme_id, uid, return_points=True, by=stage.theo, reason="Redeemed by accident", key=key
        )


async def _give_tier(person: Person, tier: str, notes: str, stage: Stage) -> None:
    try:
        await changing.change(
            stage.programme_id,
            await stage.customer(person.email),
            stage.tiers[tier],
            by=stage.mara,
            key=f"tier-{person.number}",
            notes=notes,
            trigger_rewards=tier == "Gold",
        )
    except (Invalid, NotAMember):  # they have got that far by themselves, or have left
        return


async def _exclude(person: Person, mark: str, stage: Stage) -> None:
    moved = await moving.exclude(
        stage.programme_id, await stage.customer(person.email), by=stage.mara, reason="Asked to be left out"
    )
    stage.marks[mark] = moved.action.uid


async def _undo(mark: str, stage: Stage) -> None:
    await undo.undo(stage.programme_id, stage.marks[mark], by=stage.mara, reason="The wrong one of two")


async def _join_again(person: Person, stage: Stage) -> None:
    await moving.join(
        stage.programme_id, await stage.customer(person.email), by=stage.mara, reason="Changed their mind"
    )

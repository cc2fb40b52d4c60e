"""The order of the catalogue: the cheapest first until somebody moves a reward (PRODUCT E1)."""

from collections.abc import Sequence
from typing import Literal

from db.engine import atomic, hold, retried, rows, run
from db.enums import RewardStatus
from loyalty import audit
from loyalty.errors import NotFound
from loyalty.rewards import catalogue
from loyalty.rewards.catalogue import Saved
from loyalty.rules.actors import Actor

Way = Literal["up", "down"]


@retried
async def move(programme_id: int, uid: str, way: Way, *, by: Actor) -> Saved:
    """Put a reward one place up or down among those that aren't archived. At the end it stays. Raises NotFound."""
    async with atomic():
        await hold("catalogue", programme_id)
        everything = await catalogue.listed(programme_id)
        shown = [each for each in everything if each.about.status is not RewardStatus.ARCHIVED]
        at = next((at for at, each in enumerate(shown) if each.uid == uid), None)
        if at is None:
            raise NotFound("There is no such reward in the catalogue.")
        to, moved = at + (1 if way == "down" else -1), shown[at]
        if not 0 <= to < len(shown):
            return Saved(moved, f"{moved.about.name} is {'last' if way == 'down' else 'first'} already", None)
        before = [[each["id"], each["position"]] for each in await _positions(programme_id)]
        shown[at], shown[to] = shown[to], shown[at]
        gone = [each for each in everything if each.about.status is RewardStatus.ARCHIVED]
        await write(programme_id, [[each.id, place] for place, each in enumerate([*shown, *gone], 1)])
        sentence = f"{moved.about.name} is number {to + 1} now"
        action = await audit.record(
            programme_id,
            "rewards.arranged",
            ("reward", moved.id),
            sentence,
            by=by,
            before={"place": at + 1},
            after={"place": to + 1},
            undo={"noun": "rewards", "verb": "rewards.arranged", "before": before},
        )
        return Saved(moved, sentence, action)


async def write(programme_id: int, places: Sequence[Sequence[int]]) -> None:
    """Give rewards their places: pairs of id and position."""
    for id_, position in places:
        await run(
            "UPDATE rewards SET position = {} WHERE programme_id = {} AND id = {}",
            position,
            programme_id,
            id_,
        )


async def _positions(programme_id: int) -> list[dict[str, int]]:
    return await rows("SELECT id, position FROM rewards WHERE programme_id = {} ORDER BY id", programme_id)

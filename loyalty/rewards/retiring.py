"""Taking a reward out of the catalogue, and bringing it back (PRODUCT E1). Copies already issued stay valid."""

from db.engine import atomic, retried
from db.enums import RewardStatus
from loyalty import audit
from loyalty.errors import AlreadyDone
from loyalty.rewards import catalogue
from loyalty.rewards.catalogue import Saved
from loyalty.rules.actors import Actor


@retried
async def archive(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Offer it to nobody any more. Raises NotFound, AlreadyDone."""
    return await _move(programme_id, uid, RewardStatus.ARCHIVED, "archived", by=by)


@retried
async def restore(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Offer an archived or a drafted reward. Raises NotFound, AlreadyDone."""
    return await _move(programme_id, uid, RewardStatus.ACTIVE, "restored", by=by)


async def _move(programme_id: int, uid: str, to: RewardStatus, word: str, *, by: Actor) -> Saved:
    async with atomic():
        before = await catalogue.lock(programme_id, (await catalogue.find(programme_id, uid)).id)
        if before.about.status is to:
            done = "archived" if to is RewardStatus.ARCHIVED else "in the catalogue"
            raise AlreadyDone(f"{before.about.name} is {done} already.")
        await catalogue.set_status(programme_id, before.id, to)
        sentence = (
            f"{before.about.name} has been archived"
            if to is RewardStatus.ARCHIVED
            else f"{before.about.name} is in the catalogue"
        )
        action = await audit.record(
            programme_id,
            f"reward.{word}",
            ("reward", before.id),
            sentence,
            by=by,
            before={"status": before.about.status},
            after={"status": to},
            undo={
                "noun": "rewards",
                "verb": f"reward.{word}",
                "reward": before.id,
                "before": before.about.status,
            },
        )
        return Saved(await catalogue.get(programme_id, before.id), sentence, action)

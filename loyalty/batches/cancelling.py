"""Stopping a batch where it is (PRODUCT B1)."""

from db.engine import atomic, retried, run
from db.enums import BatchState
from loyalty import audit, clock
from loyalty.batches.reading import find
from loyalty.errors import AlreadyDone
from loyalty.rules.actors import Actor
from loyalty.rules.batches import people


@retried
async def cancel(programme_id: int, uid: str, *, by: Actor) -> str:
    """Change nobody any more; who is changed already stays so, until the batch is undone.

    Raises AlreadyDone when it has ended, NotFound.
    """
    async with atomic():
        stopped = await run(
            "UPDATE batches SET state = {}, ended_at = {} WHERE programme_id = {} AND uid = {} AND state = {}"
            " RETURNING id, total, done, refused",
            BatchState.CANCELLED,
            clock.now(),
            programme_id,
            uid,
            BatchState.RUNNING,
        )
        if not stopped:
            await find(programme_id, uid)
            raise AlreadyDone("This has already come to its end.")
        batch = stopped[0]
        sentence = f"It was stopped after {people(batch['done'] + batch['refused'])} of {batch['total']:,}"
        await audit.record(
            programme_id,
            "batch.cancelled",
            ("batch", batch["id"]),
            sentence,
            by=by,
            after={"done": batch["done"], "refused": batch["refused"]},
        )
        return sentence

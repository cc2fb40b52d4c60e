"""Change everybody back whom a batch had changed. PRODUCT B1, O1."""

from typing import Any

from db.enums import ActorKind
from loyalty import undo, undo_each
from loyalty.batches import running
from loyalty.jobs.registry import Job
from loyalty.rules.actors import Actor


async def run(programme_id: int, args: dict[str, Any]) -> None:
    by = Actor(ActorKind(args["kind"]), args["name"], args["id"])
    await running.backwards(programme_id, args["batch"], undo.undo, undo_each.undo_each, by)


JOB = Job(run)

"""Taking back what was done to a question or a prize. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.enums import QuestionKind, QuestionSection, QuestionStatus
from loyalty.errors import Stale
from loyalty.preferences import pool, storing
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import Draft, Words, options


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Put a question back as it was, in the caller's transaction; one that was new is archived.

    Wordings that were published stay in the history, for the answers given to them. Raises Stale when it
    was changed again since.
    """
    payload = action["undo"]
    if "prize" in payload:
        return await pool.restore(programme_id, payload)
    now = await storing.lock(programme_id, payload["question"])
    if now.version != payload["version"]:
        raise Stale(f"“{now.draft.title}” has been changed again since.")
    before = payload["before"]
    if before is None:
        await storing.stand(programme_id, now.id, QuestionStatus.ARCHIVED, now.wording_id)
        return f"“{now.draft.title}” was taken back"
    words = Words(before["title"], before["help"], before["purpose"], options(before["options"]))
    draft = Draft(
        section=QuestionSection(before["section"]),
        kind=QuestionKind(before["kind"]),
        words=words,
        boost_percent=before["boost_percent"],
    )
    await storing.overwrite(programme_id, now.id, draft)
    await storing.stand(programme_id, now.id, QuestionStatus(before["status"]), before["wording_id"])
    return f"“{words.title}” is as it was before"

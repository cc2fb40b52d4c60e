"""The made-up shop without its people: programme, staff, segments and questions, by the real verbs."""

from datetime import timedelta
from pathlib import Path

import asyncpg

from db.engine import engine, is_sqlite, run, value
from db.enums import QuestionKind, QuestionSection, StaffRole
from loyalty import clock
from loyalty.ledger import counting
from loyalty.preferences import editing
from loyalty.programme_files.applying import apply
from loyalty.programme_files.reading import read
from loyalty.rules.actors import SYSTEM
from loyalty.rules.preferences import Draft, Option, Words
from loyalty.segments.refreshing import refresh
from loyalty.staff.adding import add

EXAMPLE = Path(__file__).parents[1] / "examples" / "beauty.toml"
OWNER = "mara@bench.example"


async def open_shop() -> None:
    """On an empty, connected database; the clock says when. It always becomes programme 1."""
    with clock.at(clock.now() - timedelta(days=3 * 365 + 1)):
        await apply(read(EXAMPLE.read_text()), by=SYSTEM)
        await add(1, OWNER, StaffRole.OWNER, by=SYSTEM, name="Mara", password="a long one, for nobody")
        words = Words("What do you like?", options=(Option("coffee", "Coffee"), Option("tea", "Tea")))
        draft = Draft(section=QuestionSection.INTERESTS, kind=QuestionKind.MANY, key="likes", words=words)
        asked = await editing.create(1, draft, by=SYSTEM, key="likes")
        await editing.publish(1, asked.question.uid, by=SYSTEM)
    await refresh(1)


async def take_stock() -> None:
    """Count entries and who is in which segment, and let the planner know the rows that were just made."""
    await counting.recount(1)
    await run(
        "UPDATE segment_days SET people = (SELECT count(*) FROM segment_members m WHERE"
        " m.programme_id = segment_days.programme_id AND m.segment_id = segment_days.segment_id)"
        " WHERE programme_id = {}",
        1,
    )
    if is_sqlite():
        await run("ANALYZE")
        return
    connection = await asyncpg.connect(engine().url)  # ours would end it after half a minute
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def owner_id() -> int:
    return int(await value("SELECT id FROM staff WHERE programme_id = {} AND email = {}", 1, OWNER))

"""The programme's tiers as dots and names."""

from db.engine import rows
from loyalty.customers.views import TierMark


async def tier_marks(programme_id: int) -> dict[int, TierMark]:
    """Every tier by id, its rank counted from 1 among those in force; an archived one keeps its place."""
    found = await rows(
        "SELECT id, name, archived_at FROM tiers WHERE programme_id = {} ORDER BY rank, archived_at",
        programme_id,
    )
    marks, place = {}, 0
    for row in found:
        place += row["archived_at"] is None
        marks[row["id"]] = TierMark(row["name"], max(place, 1))
    return marks

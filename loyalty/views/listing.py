"""The views a person sees: their own, and those that others share with the team."""

from dataclasses import dataclass

from db.engine import one, rows
from loyalty.errors import NotFound

MOST = 40

_VIEWS = """SELECT v.uid, v.name, v.query, v.shared, v.staff_id = {} AS own, s.name AS owner,
      EXISTS (SELECT 1 FROM first_views f WHERE f.programme_id = v.programme_id AND f.view_id = v.id
        AND f.staff_id = {}) AS first
    FROM saved_views v JOIN staff s ON s.programme_id = v.programme_id AND s.id = v.staff_id
    WHERE v.programme_id = {} AND (v.staff_id = {} OR v.shared)"""


@dataclass(frozen=True, slots=True)
class View:
    """`query` is the list's address. `own`: the reader made it; `first`: their list opens with it."""

    uid: str
    name: str
    query: str
    shared: bool
    own: bool
    first: bool
    owner: str


async def views(programme_id: int, staff_id: int) -> tuple[View, ...]:
    """Own views and shared ones, by name; at most 40."""
    found = await rows(
        f"{_VIEWS} ORDER BY lower(v.name), v.id LIMIT {MOST}", staff_id, staff_id, programme_id, staff_id
    )
    return tuple(View(**{**row, "own": bool(row["own"]), "first": bool(row["first"])}) for row in found)


async def view(programme_id: int, uid: str, staff_id: int) -> View:
    """One of them. Raises NotFound, also for somebody else's that isn't shared."""
    found = await one(f"{_VIEWS} AND v.uid = {{}}", staff_id, staff_id, programme_id, staff_id, uid)
    if found is None:
        raise NotFound("There is no such view.")
    return View(**{**found, "own": bool(found["own"]), "first": bool(found["first"])})


async def first(programme_id: int, staff_id: int) -> str | None:
    """The address that this person's list opens with, None when they chose none."""
    found = await one(
        "SELECT v.query FROM first_views f JOIN saved_views v ON v.programme_id = f.programme_id AND v.id = f.view_id"
        " WHERE f.programme_id = {} AND f.staff_id = {} AND (v.shared OR v.staff_id = f.staff_id)",
        programme_id,
        staff_id,
    )
    return found["query"] if found else None

"""Keeping, changing and deleting a view (PRODUCT B1)."""

from dataclasses import dataclass

from db.engine import atomic, one, retried, run
from db.ids import new_id, new_uid
from loyalty import audit, clock
from loyalty.errors import Invalid, NotAllowed
from loyalty.rules.actors import Actor
from loyalty.views.listing import MOST, View, view, views

LONGEST_NAME = 40
_ID = "SELECT id FROM saved_views WHERE programme_id = {} AND uid = {}"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a view is called, whether the team sees it, and whether one's own list opens with it."""

    name: str
    shared: bool = False
    first: bool = False

    def checked(self) -> "Wish":
        """The same with a tidy name. Raises Invalid."""
        name = " ".join(self.name.split())
        if not name:
            raise Invalid("Give it a name.", field="name")
        if len(name) > LONGEST_NAME:
            raise Invalid(f"A name has at most {LONGEST_NAME} characters.", field="name")
        return Wish(name, self.shared, self.first)


@retried
async def save(programme_id: int, query: str, wish: Wish, *, by: Actor, replace: bool = False) -> View:
    """Keep an address of the list under a name; a view of one's own with that name is replaced on request.

    Raises Invalid for an address that filters and orders nothing, for a name one has already, and for too
    many views.
    """
    assert by.id is not None
    wish = wish.checked()
    if not query:
        raise Invalid("Filter or sort the list first: a view of everybody is the list itself.")
    async with atomic():
        now, uid = clock.now(), new_uid()
        if not replace and len(await views(programme_id, by.id)) >= MOST:
            raise Invalid(f"There are {MOST} views already. Delete one first.")
        kept = await run(
            "INSERT INTO saved_views (programme_id, id, uid, staff_id, name, query, shared, created_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (programme_id, staff_id, name)"
            + (
                " DO UPDATE SET query = excluded.query, shared = excluded.shared"
                if replace
                else " DO NOTHING"
            )
            + " RETURNING id, uid",
            programme_id,
            new_id(now),
            uid,
            by.id,
            wish.name,
            query,
            wish.shared,
            now,
        )
        if not kept:
            raise Invalid("You have a view with this name. Tick below to replace it.", field="name")
        await _open_with(programme_id, kept[0]["id"], by.id, wanted=wish.first)
        await audit.record(
            programme_id, "view.saved", ("view", kept[0]["id"]), f"The view “{wish.name}” was saved", by=by
        )
        return await view(programme_id, kept[0]["uid"], by.id)


@retried
async def change(programme_id: int, uid: str, wish: Wish, *, by: Actor) -> View:
    """Give one's own view another name, share it or not. Of others' only `first` is one's own to choose.

    Raises Invalid for a name one has already, NotFound.
    """
    assert by.id is not None
    async with atomic():
        known, id_ = await view(programme_id, uid, by.id), await _id(programme_id, uid)
        await _open_with(programme_id, id_, by.id, wanted=wish.first)
        if not known.own:
            return await view(programme_id, uid, by.id)
        wish = wish.checked()
        taken = await one(
            "SELECT id FROM saved_views WHERE programme_id = {} AND staff_id = {} AND name = {} AND id <> {}",
            programme_id,
            by.id,
            wish.name,
            id_,
        )
        if taken is not None:
            raise Invalid("You have another view with this name.", field="name")
        await run(
            "UPDATE saved_views SET name = {}, shared = {} WHERE programme_id = {} AND id = {}",
            wish.name,
            wish.shared,
            programme_id,
            id_,
        )
        if known.shared and not wish.shared:
            await run(
                "DELETE FROM first_views WHERE programme_id = {} AND view_id = {} AND staff_id <> {}",
                programme_id,
                id_,
                by.id,
            )
        await audit.record(
            programme_id, "view.changed", ("view", id_), f"The view “{wish.name}” was changed", by=by
        )
        return await view(programme_id, uid, by.id)


@retried
async def delete(programme_id: int, uid: str, *, by: Actor) -> str:
    """Forget one's own view, also as anybody's first. Raises NotAllowed for others', NotFound."""
    assert by.id is not None
    async with atomic():
        known, id_ = await view(programme_id, uid, by.id), await _id(programme_id, uid)
        if not known.own:
            raise NotAllowed(f"This view is {known.owner}'s; only they delete it.")
        await run("DELETE FROM first_views WHERE programme_id = {} AND view_id = {}", programme_id, id_)
        await run("DELETE FROM saved_views WHERE programme_id = {} AND id = {}", programme_id, id_)
        sentence = f"The view “{known.name}” was deleted"
        await audit.record(programme_id, "view.deleted", ("view", id_), sentence, by=by)
        return sentence


async def _id(programme_id: int, uid: str) -> int:
    row = await one(_ID, programme_id, uid)
    assert row is not None
    return int(row["id"])


async def _open_with(programme_id: int, view_id: int, staff_id: int, *, wanted: bool) -> None:
    if wanted:
        await run(
            "INSERT INTO first_views (programme_id, staff_id, view_id) VALUES ({}, {}, {})"
            " ON CONFLICT (programme_id, staff_id) DO UPDATE SET view_id = excluded.view_id",
            programme_id,
            staff_id,
            view_id,
        )
        return
    await run(
        "DELETE FROM first_views WHERE programme_id = {} AND staff_id = {} AND view_id = {}",
        programme_id,
        staff_id,
        view_id,
    )

"""The card size of a stamp programme, and who would gain or lose a full card (PRODUCT I4)."""

from dataclasses import dataclass

from db.engine import atomic, one, retried, rows, run, snapshot
from db.enums import Unit
from loyalty import audit, programmes, repeats, turning
from loyalty.audit import Action
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.programmes import Programme
from loyalty.rules.actors import Actor
from loyalty.rules.naming import name_of
from loyalty.rules.stamps import ResizePreview, checked_size

# Sizes are whole numbers of ours, so they are written out; both engines divide integers down.
_CARDS = "(CASE WHEN a.balance > 0 THEN a.balance ELSE 0 END) / "
_PREVIEW = """SELECT count(*) AS members, coalesce(sum(CASE WHEN late > early THEN 1 ELSE 0 END), 0) AS gaining,
      coalesce(sum(CASE WHEN late < early THEN 1 ELSE 0 END), 0) AS losing,
      coalesce(sum(early), 0) AS full_before, coalesce(sum(late), 0) AS full_after
    FROM (SELECT {old} AS early, {new} AS late FROM accounts a
      JOIN customers c ON c.programme_id = a.programme_id AND c.id = a.customer_id
      WHERE a.programme_id = {{}} AND c.type = 'member') cards"""
_PEOPLE = """SELECT c.id, c.uid, c.first_name, c.last_name, c.email, c.phone, a.balance,
      {old} AS early, {new} AS late FROM accounts a
    JOIN customers c ON c.programme_id = a.programme_id AND c.id = a.customer_id
    WHERE a.programme_id = {{}} AND c.type = 'member' AND {new} <> {old}{place}
    ORDER BY a.customer_id {order} LIMIT {limit}"""


@dataclass(frozen=True, slots=True)
class CardChange:
    """Somebody whose number of full cards would change."""

    uid: str
    name: str
    email: str | None
    stamps: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Resizing:
    """What another size does. `people` are those whose full cards change, a page of them."""

    size: int
    wanted: int
    found: ResizePreview
    people: tuple[CardChange, ...]
    previous: str | None
    next: str | None


async def resizing(programme_id: int, wanted: int, cursor: str | None = None) -> Resizing:
    """Compare two card sizes over all members. Raises Invalid, and NotFound where there are no cards."""
    turn = turning.turn(cursor, int, rising=True)
    async with snapshot():
        size = size_of(await programmes.get(programme_id))
        checked_size(wanted)
        row = await one(_sized(_PREVIEW, size, wanted).replace("{{}}", "{}"), programme_id)
        assert row is not None
        place, key = (f" AND a.customer_id {turn.beyond} {{}}", turn.key) if turn.key else ("", ())
        sql = _sized(_PEOPLE, size, wanted).replace("{{}}", "{}").replace("{place}", place)
        sql = sql.replace("{order}", turn.order).replace("{limit}", str(turn.limit))
        page = turn.page(await rows(sql, programme_id, *key), lambda found: (found["id"],))
    people = tuple(
        CardChange(each["uid"], name_of(each), each["email"], each["balance"], each["early"], each["late"])
        for each in page.items
    )
    found = ResizePreview(**{name: int(number) for name, number in row.items()})
    return Resizing(size, wanted, found, people, page.previous, page.next)


@retried
async def change(programme_id: int, wanted: int, *, seen: int, by: Actor, key: str) -> Action:
    """Give cards another size. No stamp is gained or lost. Raises Invalid, NotFound, Stale, KeyReused."""
    asked = repeats.mark(key, wanted)
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        programme = await programmes.get(programme_id)
        done = await repeats.earlier(programme_id, "stamp_card.resized", ("programme", programme_id), asked)
        if done is not None:
            return done.action
        size = size_of(programme)
        if size != seen:
            raise Stale(f"Somebody else changed the card meanwhile: it has {programme.amount(size)} now.")
        if checked_size(wanted) == size:
            raise Invalid(f"A card has {programme.amount(size)} already.", field="size")
        await resize(programme_id, wanted)
        return await audit.record(
            programme_id,
            "stamp_card.resized",
            ("programme", programme_id),
            f"A card now has {programme.amount(wanted)}",
            by=by,
            before={"size": size},
            after={"size": wanted, **asked.stored},
            undo={"noun": "policies", "verb": "stamp_card.resized", "before": size, "left": wanted},
        )


async def resize(programme_id: int, size: int) -> None:
    """Write the size, in the caller's transaction."""
    await run(
        "UPDATE programmes SET stamp_card_size = {}, version = version + 1 WHERE programme_id = {}",
        size,
        programme_id,
    )


def size_of(programme: Programme) -> int:
    """The present card size. Raises NotFound for a programme of points."""
    if programme.unit is not Unit.STAMPS or programme.stamp_card_size is None:
        raise NotFound("This programme counts points; it has no cards.")
    return programme.stamp_card_size


def _sized(sql: str, old: int, new: int) -> str:
    return sql.replace("{old}", f"{_CARDS}{old}").replace("{new}", f"{_CARDS}{new}")

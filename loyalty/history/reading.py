"""Reading a customer's part of the audit trail."""

from typing import Any

from db.engine import Row, loads, one, rows, snapshot
from db.enums import ActorKind, CustomerField
from loyalty import turning
from loyalty.customers.views import Birthday
from loyalty.errors import NotFound
from loyalty.history.views import Change, Deed, History, Shown
from loyalty.rules.naming import name_of

PAGE_SIZE = 20

_CUSTOMER = (
    "SELECT id, first_name, last_name, email, phone, erased_at FROM customers"
    " WHERE programme_id = {} AND uid = {}"
)
COLUMNS = """a.id, a.uid, a.sentence, a.before, a.after, a.reason, a.undo, a.actor_kind, a.actor_name, a.at,
      u.uid AS undone_by, w.uid AS undoes, e.field, e.before AS edited, e.after AS edit"""
JOINS = """FROM actions a
    LEFT JOIN actions u ON u.programme_id = {0} AND u.undoes_id = a.id
    LEFT JOIN actions w ON w.programme_id = {0} AND w.id = a.undoes_id
    LEFT JOIN customer_edits e ON e.programme_id = {0} AND e.action_id = a.id"""
"""What `deed` needs; {0} is the programme."""

_ACTIONS = f"""SELECT {COLUMNS} {JOINS}
    WHERE a.programme_id = {{0}} AND a.customer_id = {{1}}@where ORDER BY a.id @order LIMIT @limit"""

# What the trail keeps for machines: repeats' keys and public ids of other things.
_INNER = {"key", "asked", "action", "verb", "field", "referral", "issued"}
_NOTHING = "not given"


async def history(programme_id: int, uid: str, cursor: str | None = None) -> History:
    """One page of what was done about a customer, their name put back into the sentences.

    Raises NotFound, and Invalid for a damaged cursor.
    """
    turn = turning.turn(cursor, int, size=PAGE_SIZE)
    where = f" AND a.id {turn.beyond} {{2}}" if turn.key else ""
    async with snapshot():
        who = await one(_CUSTOMER, programme_id, uid)
        if who is None:
            raise NotFound("There is no such customer in this programme.")
        found = await rows(
            _ACTIONS.replace("@where", where)
            .replace("@order", turn.order)
            .replace("@limit", str(turn.limit)),
            programme_id,
            who["id"],
            *(turn.key or ()),
        )
    page, name = turn.page(found, lambda row: (row["id"],)), name_of(who)
    return History(tuple(deed(row, name) for row in page.items), page.previous, page.next)


def deed(row: Row, name: str) -> Deed:
    """One action as people read it; `name` is put back where the sentence left its customer's out."""
    return Deed(
        uid=row["uid"],
        sentence=row["sentence"].replace("{customer}", name),
        reason=row["reason"],
        actor=row["actor_name"],
        actor_kind=ActorKind(row["actor_kind"]),
        at=row["at"],
        changes=_edit(row) if row["field"] else _changes(loads(row["before"]), loads(row["after"])),
        undo=row["uid"] if row["undo"] is not None and row["undone_by"] is None else None,
        undone_by=row["undone_by"],
        undoes=row["undoes"],
    )


def _changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """Plain values by name; lists and objects are for machines."""
    names = [name for name in dict.fromkeys([*before, *after]) if name not in _INNER]
    pairs = [(name, before.get(name), after.get(name)) for name in names]
    return tuple(
        Change(name.replace("_", " ").capitalize(), was, now)
        for name, was, now in pairs
        if not isinstance(was, list | dict) and not isinstance(now, list | dict) and was != now
    )


def _edit(row: Row) -> tuple[Change, ...]:
    field = CustomerField(row["field"])
    label = "E-mail" if field is CustomerField.EMAIL else field.value.capitalize()
    return (Change(label, _shown(field, loads(row["edited"])), _shown(field, loads(row["edit"]))),)


def _shown(field: CustomerField, value: dict[str, Any]) -> Shown:
    match field:
        case CustomerField.BIRTHDAY:
            return Birthday(**value) if value["month"] else _NOTHING
        case CustomerField.NAME:
            return f"{value['first_name']} {value['last_name']}".strip()
        case CustomerField.TAGS:
            return ", ".join(value["tags"]) or "none"
    return str(value[field.value]) if value[field.value] else _NOTHING

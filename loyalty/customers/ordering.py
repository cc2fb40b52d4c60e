"""The orders of the customers list, each with the keyset that turns its pages (PRODUCT B1)."""

from dataclasses import dataclass

from db.engine import Row
from db.paging import Key
from loyalty import turning
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.search import Condition
from loyalty.turning import Turn

_COLUMNS = {"active": "last_activity_at", "name": "search", "spent": "spend_minor"}
# A name would show in the address bar: its cursor is the person, whose name is looked up again.
_KEYS: dict[str, tuple[type, ...]] = {"active": (str, int), "name": (int,), "spent": (int, int)}


@dataclass(frozen=True, slots=True)
class Order:
    """One order of `c` (customers) and the page that is asked for.

    `named`: the people are few and read by their ids; an expression keeps the planner off the order's index.
    """

    wanted: CustomerFilter
    turn: Turn
    named: bool

    @property
    def by(self) -> str:
        """What ORDER BY says, the way the page is read from the database."""
        way = "DESC" if self._descending else "ASC"
        return f"{self._expression} {way}, c.id {way}"

    def edge(self, programme_id: int, steps: int) -> Condition:
        """A statement that finds the key so many steps on in this order, nobody filtered out."""
        beyond = self.beyond(programme_id)
        return Condition(
            f"SELECT {self._expression} AS at, c.id FROM customers c WHERE c.programme_id = {{}} AND {beyond.sql}"
            f" ORDER BY {self.by} LIMIT 1 OFFSET {steps}",
            (programme_id, *beyond.args),
        )

    def until(self, edge: Row) -> Condition:
        """The rows up to that key."""
        way = ">=" if self._descending else "<="
        return Condition(f"({self._expression}, c.id) {way} ({{}}, {{}})", (edge["at"], edge["id"]))

    def beyond(self, programme_id: int) -> Condition:
        """The rows after the cursor, or before it when turning back. Raises Invalid for a damaged cursor."""
        place = f"({self._expression}, c.id) {'<' if self._descending else '>'}"
        match self.turn.key:
            case None:
                return Condition("1 = 1")
            case (id_,):
                return Condition(
                    f"{place} (SELECT k.search, k.id FROM customers k WHERE k.programme_id = {{}} AND k.id = {{}})",
                    (programme_id, id_),
                )
            case (at, id_) if isinstance(at, str):
                return Condition(f"{place} ({{}}, {{}})", (turning.moment(at), id_))
            case key:
                return Condition(f"{place} ({{}}, {{}})", key)

    def key(self, row: Row) -> tuple[Key, ...]:
        """The cursor of a row."""
        match self.wanted.sort.column:
            case "name":
                return (row["id"],)
            case "spent":
                return (row["spend_minor"], row["id"])
            case _:
                return (row["last_activity_at"].isoformat(), row["id"])

    @property
    def _descending(self) -> bool:
        return self.wanted.sort.descending != self.turn.backwards

    @property
    def _expression(self) -> str:
        column = f"c.{_COLUMNS[self.wanted.sort.column]}"
        return f"coalesce({column}, {column})" if self.named else column


def turned(wanted: CustomerFilter, cursor: str | None) -> Turn:
    """The page a cursor asks for. Raises Invalid for one that isn't of this order."""
    return turning.turn(cursor, *_KEYS[wanted.sort.column])

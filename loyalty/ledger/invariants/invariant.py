"""What an invariant is: a name, the sentence that must be true, and the query that finds nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """`sql` selects `offender`, a name without personal data, for every row that breaks the sentence.

    `{0}` is the programme's id; the same text runs on both engines unless `sqlite` says otherwise.
    """

    name: str
    sentence: str
    sql: str
    sqlite: str | None = None

    @property
    def invariants(self) -> "tuple[Invariant]":
        return (self,)

    def query(self, *, sqlite: bool) -> str:
        """SQL for the `name` of what is broken and each `offender`."""
        sql = self.sqlite if self.sqlite and sqlite else self.sql
        return f"SELECT '{self.name}' AS name, offender FROM ({sql}) {self.name}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What every row of a `Reading` keeps. `broken` is the condition of one that doesn't, `offender` names it."""

    name: str
    sentence: str
    broken: str
    sqlite: str | None = None
    offender: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows that are read once for several invariants: a pass over every entry is what takes the time.

    `rows` is what follows FROM, its WHERE included; `offender` names a row where its `Kept` doesn't, and is
    looked up only for a broken one.
    """

    offender: str
    rows: str
    invariants: tuple[Kept, ...]

    def query(self, *, sqlite: bool) -> str:
        """SQL for the `name` of what is broken and each `offender`."""
        broken = {
            kept.name: kept.sqlite if kept.sqlite and sqlite else kept.broken for kept in self.invariants
        }
        named = ", ".join(
            f"CASE WHEN {broken[kept.name]} THEN coalesce({kept.offender or self.offender}, '?') END AS {kept.name}"
            for kept in self.invariants
        )
        any_ = " OR ".join(f"({condition})" for condition in broken.values())
        each = " UNION ".join(
            f"SELECT '{name}' AS name, {name} AS offender FROM seen WHERE {name} IS NOT NULL"
            for name in broken
        )
        return f"WITH seen AS (SELECT {named} FROM {self.rows} AND ({any_})) {each}"


OF_CUSTOMER = "'customer ' || (SELECT c.uid FROM customers c WHERE c.programme_id = {{0}} AND c.id = {})"
"""Names the offender by a customer's id, looked up only for whoever is one: `OF_CUSTOMER.format("a.customer_id")`."""

CUSTOMER = "JOIN customers c ON c.programme_id = {{0}} AND c.id = {}"
"""Joins the customer in whose uid names the offender: `CUSTOMER.format("a.customer_id")`."""

SAME_PERSON = """EXISTS (SELECT 1 FROM customers same WHERE same.programme_id = {{0}} AND same.id = {} AND (
    same.id = {} OR same.merged_into = {}))"""
"""Whether what was written for one record belongs to a customer, also one it was merged into (PRODUCT B6)."""


def same_person(record: str, customer: str) -> str:
    """SAME_PERSON for two columns: of a row that never changes, and of one that moved with a merge."""
    return SAME_PERSON.format(record, customer, customer)

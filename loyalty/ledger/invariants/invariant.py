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


CUSTOMER = "JOIN customers c ON c.programme_id = {{0}} AND c.id = {}"
"""Joins the customer in whose uid names the offender: `CUSTOMER.format("a.customer_id")`."""

SAME_PERSON = """EXISTS (SELECT 1 FROM customers same WHERE same.programme_id = {{0}} AND same.id = {} AND (
    same.id = {} OR same.merged_into = {}))"""
"""Whether what was written for one record belongs to a customer, also one it was merged into (PRODUCT B6)."""


def same_person(record: str, customer: str) -> str:
    """SAME_PERSON for two columns: of a row that never changes, and of one that moved with a merge."""
    return SAME_PERSON.format(record, customer, customer)

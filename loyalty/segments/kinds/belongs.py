"""What a kind answers: whom a segment holds, and by which numbers."""

from dataclasses import dataclass

from loyalty.customers.search import Condition


@dataclass(frozen=True, slots=True)
class Belongs:
    """`condition` reads `f` (segment_facts) and `c` (customers) of one person.

    `facts` are names and SQL of whole numbers (or NULL), kept as JSON with the entry or exit they caused.
    """

    condition: Condition
    facts: tuple[tuple[str, str], ...] = ()

"""What a kind answers: whom a segment holds, and by which numbers."""

from dataclasses import dataclass

from loyalty.customers.search import Condition

Fact = tuple[str, str | Condition]


@dataclass(frozen=True, slots=True)
class Belongs:
    """`condition` reads `f` (segment_facts) and `c` (customers) of one person.

    `facts` are names and SQL of whole numbers (or NULL) over the same two, kept as JSON with the entry or exit
    they caused. A name that ends in `_at` is a moment, in seconds since 1970.
    """

    condition: Condition
    facts: tuple[Fact, ...] = ()

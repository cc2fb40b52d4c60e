"""What would be refused while a file is applied is refused before, with the place it stands at."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from loyalty.customers.checking import refuse_customer
from loyalty.errors import Invalid
from loyalty.integrations.facts import CustomerSeen, Fact, OrderSeen, ProductSeen, RefundSeen, ShopRedacted
from loyalty.orders.checking import refuse_order, refuse_refund
from loyalty.rules.products import refuse_product

T = TypeVar("T")

LONGEST_TOPIC = 80


@contextmanager
def at(path: Path, place: str) -> Iterator[None]:
    """Let what is refused inside begin with the file and the place, such as "row 7"."""
    try:
        yield
    except Invalid as error:
        raise Invalid(f"{path.name}, {place}: {error}", field=error.field) from None


def counted(path: Path, records: Iterable[tuple[int, T]], refuse: Callable[[T], None]) -> int:
    """How many records a file has, each by its row. Raises Invalid naming the row of the first that is refused."""
    count = 0
    for row, record in records:
        with at(path, f"row {row}"):
            refuse(record)
        count += 1
    return count


def refuse_fact(fact: Fact, currency: str) -> None:
    """Return when the verb of this fact will take it. Raises Invalid naming the field."""
    match fact:
        case OrderSeen(order):
            refuse_order(order, currency)
        case RefundSeen(refund):
            refuse_refund(refund)
        case CustomerSeen(customer):
            refuse_customer(customer)
        case ProductSeen(product):
            refuse_product(product)
        case ShopRedacted():
            raise Invalid(
                "It asks for the shop's data to go, which is the owner's decision. Take this line out."
            )
        case _:
            pass


def refuse_topic(topic: str) -> None:
    """Return when the delivery's topic can be kept. Raises Invalid."""
    if len(topic) > LONGEST_TOPIC:
        raise Invalid(f"A topic has at most {LONGEST_TOPIC} characters.", field="topic")

"""A shop of one of the examples: what its platform and its till tell, and what its people then have."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db.engine import rows, value
from db.enums import LineKind, OrderStatus
from loyalty import clock
from loyalty.ledger import balances
from loyalty.ledger.balances import Balance
from loyalty.orders import receiving
from loyalty.orders.receiving import Received
from loyalty.programme_files.applying import apply
from loyalty.programme_files.reading import read
from loyalty.rules.actors import SYSTEM
from loyalty.rules.orders import IncomingCustomer, IncomingLine, IncomingOrder, IncomingRefund

EXAMPLES = Path(__file__).parents[2] / "examples"
OPENING = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday; stories count their days from here."""


def day(number: int) -> datetime:
    return OPENING + timedelta(days=number)


def item(amount: int, category: str, *, quantity: int = 1, name: str = "L1", **more: Any) -> IncomingLine:
    """So many pieces of a category, `amount` minor units together."""
    return IncomingLine(
        external_id=name,
        kind=LineKind.PRODUCT,
        sku=None,
        product_id=None,
        title=category,
        category=category,
        quantity=quantity,
        unit_minor=amount // quantity,
        total_minor=amount,
        **more,
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """One store of an applied example. Whoever leaves an address at it is known to its platform."""

    programme_id: int
    store_id: int
    currency: str

    @classmethod
    async def opened(cls, example: str, store: str) -> "Counter":
        """Apply the example as a merchant would, on the opening day."""
        with clock.at(OPENING):
            applied = await apply(read((EXAMPLES / f"{example}.toml").read_text()), by=SYSTEM)
        found = await rows(
            "SELECT s.id, p.currency FROM stores s JOIN programmes p ON p.programme_id = s.programme_id"
            " WHERE s.programme_id = {} AND s.handle = {}",
            applied.programme_id,
            store,
        )
        return cls(applied.programme_id, found[0]["id"], found[0]["currency"])

    async def sells(self, of: str, email: str, at: datetime, *lines: IncomingLine, **more: Any) -> Received:
        """A paid order of these lines, told at once."""
        who = IncomingCustomer(external_id=None, email=email, first_name=email.split("@")[0].title(),
                               is_registered=True)  # fmt: skip
        order = IncomingOrder(
            external_id=of,
            name=f"#{of}",
            customer=who,
            email=email,
            status=OrderStatus.PAID,
            currency=self.currency,
            total_minor=sum(line.total_minor for line in lines),
            placed_at=at,
            paid_at=at,
            lines=lines,
            **more,
        )
        with clock.at(at):
            return await receiving.receive(self.programme_id, self.store_id, order)

    async def refunds(self, of: str, amount: int, at: datetime, **more: Any) -> Received:
        told = IncomingRefund(f"R-{of}-{at:%m%d}", of, amount, at, **more)
        with clock.at(at):
            return await receiving.receive_refund(self.programme_id, self.store_id, told)

    async def customer(self, email: str) -> dict[str, Any]:
        found = await rows(
            "SELECT * FROM customers WHERE programme_id = {} AND email_key = {}", self.programme_id, email
        )
        return found[0]

    async def balance(self, email: str, at: datetime) -> Balance:
        with clock.at(at):
            return await balances.balance(self.programme_id, (await self.customer(email))["id"])

    async def reward(self, name: str) -> int:
        found = await value(
            "SELECT id FROM rewards WHERE programme_id = {} AND name = {}", self.programme_id, name
        )
        return int(found)

    async def tier(self, email: str) -> str:
        found = await value(
            "SELECT t.name FROM customers c"
            " JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id"
            " JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id"
            " WHERE c.programme_id = {} AND c.email_key = {}",
            self.programme_id,
            email,
        )
        return str(found)

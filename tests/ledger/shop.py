"""What ledger tests are written in: an account held at a moment, lots, orders as a platform tells them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import atomic, rows, run
from db.enums import EarningTrigger, EntryKind, LineKind, OrderStatus
from loyalty import clock
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit, debit
from loyalty.orders import receiving
from loyalty.orders.receiving import Received
from loyalty.rules.orders import IncomingCustomer, IncomingLine, IncomingOrder, IncomingRefund
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person

DAY = timedelta(days=1)


@asynccontextmanager
async def held(person: Person, at: datetime = START) -> AsyncIterator[Account]:
    """The account as a verb holds it at that moment, in a transaction that commits at the end."""
    with clock.at(at):
        async with atomic():
            yield await locked(person.programme_id, person.id)


async def earned(
    person: Person,
    points: int,
    *,
    at: datetime = START,
    available_at: datetime | None = None,
    expires_at: datetime | None = None,
    key: str = "",
) -> Entry:
    """A bonus, available at once and without an end unless told otherwise."""
    async with held(person, at) as account:
        return await credit(
            account,
            Posting(
                kind=EntryKind.BONUS,
                points=points,
                key=key or f"bonus:{points}:{at}:{expires_at}:{available_at}",
                available_at=available_at,
                expires_at=expires_at,
            ),
        )


async def spent(person: Person, points: int, *, at: datetime = START, key: str = "") -> Entry:
    """Points taken away: a deduction, which draws lots as a redemption does."""
    async with held(person, at) as account:
        posting = Posting(kind=EntryKind.ADJUST, points=-points, key=key or f"spent:{points}:{at}")
        return await debit(account, posting)


async def announce(person: Person, at: datetime) -> None:
    """Deliver the notices that are still to be sent: those lots lapse on the day they said."""
    await run(
        "UPDATE lots SET notified_at = {}, lapses_at = expires_at"
        " WHERE programme_id = {} AND customer_id = {} AND expires_at IS NOT NULL AND notified_at IS NULL",
        at,
        person.programme_id,
        person.id,
    )


async def lots(person: Person) -> list[tuple[int, int]]:
    """(points, remaining) of every lot, in the order of its credit's number."""
    found = await rows(
        "SELECT l.points, l.remaining FROM lots l JOIN ledger_entries e"
        " ON e.programme_id = l.programme_id AND e.id = l.entry_id"
        " WHERE l.programme_id = {} AND l.customer_id = {} ORDER BY e.seq, l.id",
        person.programme_id,
        person.id,
    )
    return [(row["points"], row["remaining"]) for row in found]


async def one_account(person: Person) -> dict[str, Any]:
    """The account's running sums as they are stored."""
    found = await rows(
        "SELECT * FROM accounts WHERE programme_id = {} AND customer_id = {}", person.programme_id, person.id
    )
    return found[0]


def line(
    amount: int,
    external_id: str | None = None,
    kind: LineKind = LineKind.PRODUCT,
    quantity: int = 1,
    **more: Any,
) -> IncomingLine:
    """A line of `amount` minor units."""
    return IncomingLine(
        external_id=external_id,
        kind=kind,
        sku=None,
        product_id=None,
        title="A thing",
        quantity=quantity,
        unit_minor=amount,
        total_minor=amount,
        **more,
    )


def refund(
    number: str, amount: int, *, of: str = "1001", at: datetime = START + DAY, **more: Any
) -> IncomingRefund:
    return IncomingRefund(number, of, amount, at, **more)


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop with the rule "1 point per €1 of the total"; orders become available at once."""

    cast: Cast
    ines: Person

    async def has(self, **settings: Any) -> None:
        """Change the programme's settings."""
        for name, value in settings.items():
            await run(
                f"UPDATE programmes SET {name} = {{}} WHERE programme_id = {{}}",
                value,
                self.cast.programme_id,
            )

    def told(
        self, total: int, *, of: str = "1001", person: Person | None = None, **more: Any
    ) -> IncomingOrder:
        """Ines's paid order of `total` minor units, as a webhook without dates of change tells it."""
        who = person or self.ines
        facts: dict[str, Any] = {
            "status": OrderStatus.PAID,
            "currency": "EUR",
            "placed_at": START,
            "paid_at": START,
            "lines": (line(total, "L1"),),
            "customer": IncomingCustomer(external_id=None, email=who.email, is_registered=True),
            "email": who.email,
            **more,
        }
        return IncomingOrder(external_id=of, name=f"#{of}", total_minor=total, **facts)

    async def gets(self, order: IncomingOrder, *, at: datetime = START) -> Received:
        with clock.at(at):
            return await receiving.receive(self.cast.programme_id, self.cast.web.id, order)

    async def refunds(self, told: IncomingRefund, *, at: datetime = START + DAY) -> Received:
        with clock.at(at):
            return await receiving.receive_refund(self.cast.programme_id, self.cast.web.id, told)

    async def order(self, of: str = "1001") -> dict[str, Any]:
        found = await rows(
            "SELECT * FROM orders WHERE programme_id = {} AND external_id = {}", self.cast.programme_id, of
        )
        return found[0]

    async def customer(self, person: Person | None = None) -> dict[str, Any]:
        who = person or self.ines
        found = await rows(
            "SELECT * FROM customers WHERE programme_id = {} AND id = {}", who.programme_id, who.id
        )
        return found[0]

    async def counted(self, person: Person | None = None) -> tuple[int, int]:
        """What the customer's row says: net spend in minor units, and orders."""
        row = await self.customer(person)
        return row["spend_minor"], row["order_count"]

    async def balance(self, person: Person | None = None) -> int:
        return await factories.balance(person or self.ines)

    async def rule(self, points: int = 1, **definition: Any) -> None:
        await factories.earning_rule(
            self.cast.programme_id,
            EarningTrigger.ORDER,
            points,
            **{"per_minor": 100, "base": "total", **definition},
        )

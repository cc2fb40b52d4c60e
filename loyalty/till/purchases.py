"""An amount on a receipt that earns: an order of the counter's own store (PRODUCT E5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, hold, one, retried, rows
from db.enums import CustomerType, LineKind, OrderStatus, Platform
from loyalty import audit, clock, programmes, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, NotAMember, NotFound
from loyalty.orders.receiving import Received, receive
from loyalty.programmes import Programme
from loyalty.rules import money, receipts
from loyalty.rules.actors import Actor
from loyalty.rules.naming import name_of
from loyalty.rules.orders import IncomingLine, IncomingOrder

LARGEST_MINOR = 10**8
"""More than this on one receipt is a card scanned into the wrong box."""

TITLE = "Purchase at the counter"

_STORES = "SELECT id, uid, name FROM stores WHERE programme_id = {} AND platform = {} ORDER BY name, id"
_CUSTOMER = """SELECT c.id, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at FROM customers k
    JOIN customers c ON c.programme_id = {0} AND c.id = coalesce(k.merged_into, k.id)
    WHERE k.programme_id = {0} AND k.uid = {1} AND c.erased_at IS NULL"""
_TAKEN = """SELECT o.external_id, o.status, o.total_minor, c.first_name, c.last_name, c.email, c.phone, c.erased_at
    FROM orders o
    LEFT JOIN customers c ON c.programme_id = {0} AND c.id = o.customer_id
    WHERE o.programme_id = {0} AND o.store_id = {1} AND o.external_id IN """


@dataclass(frozen=True, slots=True)
class PosStore:
    """A counter of the shop: a store of the platform POS."""

    id: int
    uid: str
    name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What to say, and the audited action."""

    sentence: str
    action: Action


async def stores(programme_id: int) -> tuple[PosStore, ...]:
    """The programme's counters."""
    found = await rows(_STORES, programme_id, Platform.POS)
    return tuple(PosStore(row["id"], row["uid"], row["name"]) for row in found)


@retried
async def count(
    programme_id: int,
    customer_uid: str,
    amount_minor: int,
    receipt: str,
    *,
    store_uid: str,
    by: Actor,
    key: str,
) -> Counted:
    """Let a purchase earn: an order of the counter, in the programme's currency, for this customer.

    A receipt counts once; repeating `key` returns the first outcome. Raises Invalid naming the field,
    AlreadyDone for a receipt that was counted, NotAMember for somebody who has left, NotFound, KeyReused.
    """
    number = receipts.checked(receipt, key)
    if not 0 < amount_minor <= LARGEST_MINOR:
        raise Invalid("This can't be the amount of a purchase.", field="amount")
    asked = repeats.mark(key, amount_minor, receipt, store_uid)
    async with atomic():
        programme, store = await programmes.get(programme_id), await _store(programme_id, store_uid)
        await hold("receipt", programme_id, store.id, number)
        who = await one(_CUSTOMER, programme_id, customer_uid)
        if who is None:
            raise NotFound("There is no such customer in this programme.")
        done = await repeats.earlier(programme_id, "purchase.counted", ("customer", who["id"]), asked)
        if done is not None:
            return Counted(done.action.sentence, done.action)
        if CustomerType(who["type"]) is CustomerType.LEFT:
            raise NotAMember(f"{name_of(who)} has left the programme; purchases earn nothing.")
        external_id = await _free(programme, store, number)
        order = _order(programme, external_id, number, amount_minor, clock.now())
        got = await receive(programme_id, store.id, order, customer_id=who["id"])
        return await _told(programme, who, order, got, asked, by=by)


async def _store(programme_id: int, uid: str) -> PosStore:
    found = next((store for store in await stores(programme_id) if store.uid == uid), None)
    if found is None:
        raise Invalid("Choose the counter this was bought at.", field="store")
    return found


async def _free(programme: Programme, store: PosStore, number: str) -> str:
    """The name this purchase gets at the store. Raises AlreadyDone when the receipt is counted already."""
    names = receipts.attempts(number)
    marks = ", ".join(f"{{{at}}}" for at in range(2, 2 + len(names)))
    found = await rows(f"{_TAKEN}({marks})", programme.id, store.id, *names)
    taken = {row["external_id"]: row for row in found}
    for name in names:
        row = taken.get(name)
        if row is None:
            return name
        if row["status"] != OrderStatus.CANCELLED:
            amount = f"{money.plain(row['total_minor'], programme.currency)} {programme.currency}"
            whose = f" for {name_of(row)}" if row["first_name"] is not None else ""
            raise AlreadyDone(f"Receipt {number} has been counted already: {amount}{whose}.", field="receipt")
    raise AlreadyDone(f"Receipt {number} was counted and taken back too often.", field="receipt")


def _order(
    programme: Programme, external_id: str, number: str, amount_minor: int, now: datetime
) -> IncomingOrder:
    line = IncomingLine(
        external_id="1",
        kind=LineKind.PRODUCT,
        sku=None,
        product_id=None,
        title=TITLE,
        quantity=1,
        unit_minor=amount_minor,
        total_minor=amount_minor,
    )
    return IncomingOrder(
        external_id=external_id,
        name=number,
        customer=None,
        email=None,
        status=OrderStatus.PAID,
        currency=programme.currency,
        total_minor=amount_minor,
        placed_at=now,
        paid_at=now,
        updated_at=now,
        channel="pos",
        lines=(line,),
    )


async def _told(
    programme: Programme,
    who: dict[str, Any],
    order: IncomingOrder,
    got: Received,
    asked: repeats.Mark,
    *,
    by: Actor,
) -> Counted:
    amount = f"{money.plain(order.total_minor, programme.currency)} {programme.currency}"
    earned = got.settled.points
    sentence = (
        f"{name_of(who)} earned {programme.amount(earned)} for {amount}"
        if earned
        else f"{amount} counted for {name_of(who)}; it earned nothing"
    )
    action = await audit.record(
        programme.id,
        "purchase.counted",
        ("customer", who["id"]),
        sentence,
        by=by,
        customer_id=who["id"],
        after={"receipt": order.name, "amount": amount, "points": earned, **asked.stored},
        undo={"noun": "till", "verb": "purchase.counted", "order": got.order_id},
    )
    return Counted(action.sentence, action)

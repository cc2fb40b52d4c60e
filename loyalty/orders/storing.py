"""The rows of an order: one order a store and external id, whichever way and however often it comes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from db.engine import insert_many, loads, one, rows, run
from db.enums import OrderStatus
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.once import asked_once
from loyalty.orders.rows import LINE_FACTS, REFUND_FACTS, line_of, refund_of
from loyalty.products import shelving
from loyalty.programmes import Programme
from loyalty.rules.orders import IncomingLine, IncomingOrder, IncomingRefund

COLUMNS = (
    "id, uid, external_id, name, customer_id, status, test, currency, total_minor, reported_refund_minor,"
    " refunded_minor, channel, earns, earning, earned_points, clawed_points, covered_points, forgiven_points,"
    " revision, placed_at, paid_at, cancelled_at, platform_updated_at"
)
_INSERT = f"""INSERT INTO orders (programme_id, id, uid, store_id, external_id, name, customer_id, status, test,
    currency, total_minor, reported_refund_minor, channel, discount_codes, placed_at, paid_at, cancelled_at,
    platform_updated_at, received_at)
    VALUES ({", ".join(["{}"] * 19)}) ON CONFLICT (programme_id, store_id, external_id) DO NOTHING
    RETURNING {COLUMNS}"""
_LOCK = f"""UPDATE orders SET revision = revision
    WHERE programme_id = {{}} AND store_id = {{}} AND external_id = {{}} RETURNING {COLUMNS}"""
_LINE_COLUMNS = (
    "programme_id", "order_id", "position", "external_id", "kind", "sku", "product_id", "title", "category", "tags",
    "quantity", "unit_minor", "discount_minor", "total_minor",
)  # fmt: skip


@dataclass(slots=True)
class StoredOrder:
    """An order's row, locked for this transaction; amounts in minor units, points in points.

    `lines` None: as stored, read them when they are needed. `is_new` and `is_edited` (its lines or its
    total): by this transaction; `has_news`: it told anything not known before. `counted` and
    `counted_spend` are what the customer's order count and net spend hold of it already.
    """

    id: int
    uid: str
    external_id: str
    name: str
    customer_id: int | None
    status: OrderStatus
    test: bool
    currency: str
    total_minor: int
    reported_refund_minor: int
    refunded_minor: int
    channel: str
    earns: bool | None
    earning: dict[str, Any] | None
    earned_points: int
    clawed_points: int
    covered_points: int
    forgiven_points: int
    revision: int
    placed_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    platform_updated_at: datetime | None
    is_new: bool = False
    is_edited: bool = False
    has_news: bool = False
    counted: bool = False
    counted_spend: int = 0
    lines: tuple[IncomingLine, ...] | None = None

    @classmethod
    def of(cls, row: dict[str, Any], *, is_new: bool = False) -> "StoredOrder":
        earning = loads(row["earning"]) if row["earning"] is not None else None
        values = {**row, "status": OrderStatus(row["status"]), "earning": earning}
        stored = cls(**values, is_new=is_new, has_news=is_new)
        if not is_new and stored.customer_id is not None:
            stored.counted, stored.counted_spend = stored.counts, stored.kept_spend
        return stored

    @property
    def happened_at(self) -> datetime:
        """When it counts: the payment, or the order where a platform doesn't say."""
        return self.paid_at or self.placed_at

    @property
    def counts(self) -> bool:
        """Whether it is a real, paid order: what spend and order counts are made of."""
        return self.status is OrderStatus.PAID and not self.test

    @property
    def kept_spend(self) -> int:
        """What it adds to the customer's net spend, in minor units."""
        return self.total_minor - self.refunded_minor if self.counts else 0


async def keep(
    programme: Programme,
    store_id: int,
    order: IncomingOrder,
    customer_id: int | None,
    *,
    shelved: bool = False,
) -> StoredOrder:
    """Insert the order, or merge what is newer into the one that is there. Locks the row.

    `shelved`: the store told of its products, so that lines find their category there.
    """
    inserted = await run(
        _INSERT,
        programme.id,
        new_id(order.placed_at),
        new_uid(),
        store_id,
        order.external_id,
        order.name[:120],
        customer_id,
        order.status,
        order.test,
        order.currency,
        order.total_minor,
        min(order.reported_refunded_minor, order.total_minor),
        order.channel or "",
        json.dumps(order.discount_codes),
        order.placed_at,
        order.paid_at,
        order.cancelled_at,
        order.updated_at,
        clock.now(),
    )
    if inserted:
        stored = StoredOrder.of(inserted[0], is_new=True)
        new = await shelving.shelved(programme.id, store_id, order.lines) if shelved else order.lines
        await _write_lines(programme.id, stored, new)
        return stored
    known = await locked(programme.id, store_id, order.external_id)
    assert known is not None
    return await _merge(programme.id, store_id, known, order, customer_id, shelved)


async def locked(programme_id: int, store_id: int, external_id: str) -> StoredOrder | None:
    """Lock and read an order by the store's id for it."""
    found = await run(_LOCK, programme_id, store_id, external_id)
    return StoredOrder.of(found[0]) if found else None


async def _merge(
    programme_id: int,
    store_id: int,
    stored: StoredOrder,
    order: IncomingOrder,
    customer_id: int | None,
    shelved: bool,
) -> StoredOrder:
    """Newer news replaces, older news only fills gaps; a source without a date (an export) counts as older.

    What isn't paid in full doesn't replace what was: an order keeps the form it was last paid in.
    """
    told, known = order.updated_at, stored.platform_updated_at
    newer = told is not None and (known is None or told > known)
    edits_unpaid = stored.status is OrderStatus.PAID and order.status is OrderStatus.PENDING
    pays = stored.status is OrderStatus.PENDING and order.status is OrderStatus.PAID
    replaces = pays or (newer and not edits_unpaid)
    before = (stored.customer_id, stored.status, stored.total_minor, stored.reported_refund_minor,
              stored.paid_at, stored.cancelled_at, stored.platform_updated_at)  # fmt: skip
    stored.customer_id = stored.customer_id or customer_id
    stored.reported_refund_minor = max(stored.reported_refund_minor, order.reported_refunded_minor)
    if newer:
        stored.platform_updated_at = told
    if replaces:
        stored.status, stored.total_minor = order.status, order.total_minor
        stored.cancelled_at = order.cancelled_at
    elif not newer and (stored.status is OrderStatus.PENDING or order.status is OrderStatus.CANCELLED):
        stored.status, stored.cancelled_at = order.status, order.cancelled_at
    stored.paid_at = stored.paid_at or order.paid_at
    stored.reported_refund_minor = min(stored.reported_refund_minor, stored.total_minor)
    stored.refunded_minor = min(stored.refunded_minor, stored.total_minor)
    if order.has_lines_detail and order.lines and not edits_unpaid:
        replaces_lines = newer or stored.total_minor != before[2]
        await _merge_lines(programme_id, store_id, stored, order.lines, replaces_lines, shelved)
    after = (stored.customer_id, stored.status, stored.total_minor, stored.reported_refund_minor,
             stored.paid_at, stored.cancelled_at, stored.platform_updated_at)  # fmt: skip
    stored.is_edited |= stored.total_minor != before[2]
    stored.has_news = after[:-1] != before[:-1] or stored.is_edited
    if after != before:
        await run(
            "UPDATE orders SET customer_id = {}, status = {}, total_minor = {}, reported_refund_minor = {},"
            " refunded_minor = {}, paid_at = {}, cancelled_at = {}, platform_updated_at = {}"
            " WHERE programme_id = {} AND id = {}",
            *after[:4],
            stored.refunded_minor,
            *after[4:],
            programme_id,
            stored.id,
        )
    return stored


async def _merge_lines(
    programme_id: int,
    store_id: int,
    stored: StoredOrder,
    told: tuple[IncomingLine, ...],
    newer: bool,
    shelved: bool,
) -> None:
    """Replace the lines by newer ones, or by the first that the platform names by its own ids."""
    old = await lines(programme_id, stored)
    better = not any(line.external_id for line in old) and told[0].external_id
    if not (newer or better or not old):
        return
    if shelved:
        earned = old if stored.earns is not None else ()
        told = await shelving.shelved(programme_id, store_id, told, earned)
    if tuple(old) != tuple(replace(line, vendor=None) for line in told):
        await run(
            "DELETE FROM order_lines WHERE programme_id = {} AND order_id = {}", programme_id, stored.id
        )
        await _write_lines(programme_id, stored, told)


async def _write_lines(programme_id: int, stored: StoredOrder, new: tuple[IncomingLine, ...]) -> None:
    stored.lines, stored.is_edited = new, True
    await insert_many(
        "order_lines",
        _LINE_COLUMNS,
        [
            (
                programme_id, stored.id, position, line.external_id or "", line.kind, line.sku or "",
                line.product_id or "", line.title, line.category or "", _written(line.tags), line.quantity,
                line.unit_minor, line.discount_minor, line.total_minor,
            )
            for position, line in enumerate(new)
        ],
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _written(tags: tuple[str, ...]) -> str:
    return json.dumps(tags)


async def lines(programme_id: int, stored: StoredOrder) -> Sequence[IncomingLine]:
    """The order's lines in the form rules read, from the database unless they just arrived."""
    if stored.lines is None:
        found = await rows(
            f"SELECT {LINE_FACTS} FROM order_lines WHERE programme_id = {{}} AND order_id = {{}} ORDER BY position",
            programme_id,
            stored.id,
        )
        stored.lines = tuple(line_of(row) for row in found)
    return stored.lines


async def keep_refund(programme_id: int, store_id: int, refund: IncomingRefund) -> bool:
    """Store a refund, which may come before its order. False: it was there already."""
    inserted = await run(
        "INSERT INTO refunds (programme_id, id, store_id, order_external_id, external_id, amount_minor, lines,"
        " refunded_at, received_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (programme_id, store_id, order_external_id, external_id) DO NOTHING RETURNING id",
        programme_id,
        new_id(refund.at),
        store_id,
        refund.order_external_id,
        refund.external_id,
        refund.amount_minor,
        json.dumps([[line.line_external_id, line.quantity, line.amount_minor] for line in refund.lines]),
        refund.at,
        clock.now(),
    )
    return bool(inserted)


async def refunds(programme_id: int, store_id: int, external_id: str) -> list[IncomingRefund]:
    """Every refund known of an order, oldest first."""
    found = await rows(
        f"SELECT {REFUND_FACTS} FROM refunds"
        " WHERE programme_id = {} AND store_id = {} AND order_external_id = {} ORDER BY id",
        programme_id,
        store_id,
        external_id,
    )
    return [refund_of(row, external_id) for row in found]


@asked_once
async def store_handle(programme_id: int, store_id: int) -> str:
    """The store's short name, part of its orders' ledger keys (`order:web:1001:earn`)."""
    row = await one("SELECT handle FROM stores WHERE programme_id = {} AND id = {}", programme_id, store_id)
    assert row is not None
    return str(row["handle"])

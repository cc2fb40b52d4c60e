"""The one form in which orders of every platform meet, by file or by webhook (PRODUCT N1, N2).

Amounts are integer minor units of the order's currency; moments are aware UTC datetimes. An importer
fills what it knows and leaves the rest at its default.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.enums import LineKind, OrderStatus
from loyalty.rules.shares import spread

_DOTLESS = {"gmail.com", "googlemail.com"}
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]{2,}")
_WITHOUT_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCustomer:
    """A person as a platform tells it. `is_registered`: the platform knows them as a customer."""

    external_id: str | None
    email: str | None
    first_name: str = ""
    last_name: str = ""
    phone: str | None = None
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    accepts_email: bool | None = None
    is_registered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """`total_minor` is what the customer paid for the line: after its discount, before separate tax.

    A discount on the whole order that the platform doesn't divide over lines is a line of kind
    DISCOUNT with a negative total.
    """

    external_id: str | None
    kind: LineKind
    sku: str | None
    product_id: str | None
    title: str
    quantity: int
    unit_minor: int
    total_minor: int
    discount_minor: int = 0
    category: str | None = None
    tags: tuple[str, ...] = ()
    vendor: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingRefundLine:
    line_external_id: str | None
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class IncomingRefund:
    """One refund event. `amount_minor` is what went back to the customer, positive."""

    external_id: str
    order_external_id: str
    amount_minor: int
    at: datetime
    lines: tuple[IncomingRefundLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingOrder:
    """`reported_refunded_minor` is cumulative, from an export; 0 when the source doesn't say.

    `has_lines_detail`: the source lists the lines; without it, lines already known stay as they are.
    """

    external_id: str
    name: str
    customer: IncomingCustomer | None
    email: str | None
    status: OrderStatus
    currency: str
    total_minor: int
    placed_at: datetime
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    updated_at: datetime | None = None
    test: bool = False
    channel: str | None = None
    lines: tuple[IncomingLine, ...] = ()
    refunds: tuple[IncomingRefund, ...] = ()
    reported_refunded_minor: int = 0
    discount_codes: tuple[str, ...] = ()
    has_lines_detail: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """What the customer keeps of an order after refunds. PRODUCT C5.

    `lines` and `quantities` run parallel to the order's lines; `rest_minor` is the part of the total
    that no line accounts for (unlisted shipping or tax; negative for an unlisted discount).
    `sum(lines) + rest_minor == total_minor` always.
    """

    total_minor: int
    refunded_minor: int
    lines: tuple[int, ...]
    quantities: tuple[int, ...]
    rest_minor: int


def refunded_minor(total_minor: int, refunds: Sequence[IncomingRefund], reported_minor: int = 0) -> int:
    """The amount refunded so far: the larger of the reported and the known, at most the total.

    An export and the refund events tell of the same money, so they are never added together.
    """
    known = sum(refund.amount_minor for refund in refunds)
    return max(0, min(total_minor, max(reported_minor, known)))


def kept(
    lines: Sequence[IncomingLine],
    total_minor: int,
    refunds: Sequence[IncomingRefund] = (),
    reported_minor: int = 0,
) -> Kept:
    """Divide what is left of the order over its lines. PRODUCT C5.

    Refunded lines lose their own amount first (never more than the whole refund); what no line
    explains is spread over everything still kept. Integers throughout; the parts add up exactly.
    """
    total_minor = max(0, total_minor)
    refunded = refunded_minor(total_minor, refunds, reported_minor)
    totals = [line.total_minor for line in lines]
    quantities = [line.quantity for line in lines]
    taken = [0] * len(totals)
    index = {line.external_id: i for i, line in enumerate(lines)}
    for refund_line in (line for refund in refunds for line in refund.lines):
        i = index.get(refund_line.line_external_id)
        if i is not None and refund_line.line_external_id is not None:
            taken[i] += max(0, min(refund_line.amount_minor, totals[i] - taken[i]))
            quantities[i] = max(0, quantities[i] - max(0, refund_line.quantity))
    if sum(taken) > refunded:
        taken = spread(refunded, taken)
    parts = [amount - gone for amount, gone in zip(totals, taken, strict=True)]
    parts.append(total_minor - sum(totals))
    parts = spread(total_minor - refunded, parts)
    if refunded == total_minor:
        quantities = [0] * len(quantities)
    return Kept(total_minor - refunded, refunded, tuple(parts[:-1]), tuple(quantities), parts[-1])


def normalised_email(email: str | None) -> str | None:
    """The form in which two spellings of one address are equal; None when it isn't an address.

    Trims, folds case, composes accents and writes the domain in its ASCII form. Dots and plus signs
    stay: they may be different people. See `alias_key` for suspicions.
    """
    text = unicodedata.normalize("NFC", email or "").strip().casefold()
    if not _EMAIL.fullmatch(text) or len(text) > 254:
        return None
    local, _, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{local}@{domain}"


def alias_key(email: str | None) -> str | None:
    """Equal for addresses that reach the same mailbox by plus tags or Gmail dots. PRODUCT G4.

    Evidence for a fraud signal, never proof of identity.
    """
    address = normalised_email(email)
    if address is None:
        return None
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def fold(*texts: str | None) -> str:
    """Text for searching: case folded, accents dropped, runs of space collapsed, parts joined."""
    joined = " ".join(text for text in texts if text)
    decomposed = unicodedata.normalize("NFKD", joined.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.translate(_WITHOUT_ACCENT).split())

"""Orders as the web shop and the counter write them."""

from dataclasses import dataclass, replace
from datetime import datetime

from db.enums import LineKind, OrderStatus, RewardKind
from loyalty.demo.shop import (
    BY_TITLE,
    DELIVERY_MINOR,
    FREE_DELIVERY_FROM_MINOR,
    TAX_PERCENT,
    Article,
    Basket,
)
from loyalty.integrations.lines import extra
from loyalty.rewards.catalogue import Reward
from loyalty.rules.orders import (
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingRefund,
    IncomingRefundLine,
)


@dataclass(frozen=True, slots=True)
class Coupon:
    """A reward's code, presented with an order."""

    code: str
    reward: Reward


def order(
    external_id: str,
    name: str,
    who: IncomingCustomer | None,
    basket: Basket,
    at: datetime,
    *,
    delivered: bool,
    coupon: Coupon | None = None,
) -> IncomingOrder:
    """A whole order: goods, a discount, delivery and tax, each a line. Amounts in cents."""
    lines = _goods(external_id, basket, coupon)
    goods = sum(line.total_minor for line in lines)
    lines += _discount(external_id, coupon, goods)
    if delivered:
        lines.append(_delivery(external_id, coupon, goods))
    if tax := _tax(basket):
        lines.append(extra(LineKind.TAX, "Sales tax", tax, f"{external_id}-tax"))
    return IncomingOrder(
        external_id=external_id,
        name=name,
        customer=who,
        email=who.email if who else None,
        status=OrderStatus.PAID,
        currency="USD",
        total_minor=sum(line.total_minor for line in lines),
        placed_at=at,
        paid_at=at,
        updated_at=at,
        channel="web" if delivered else "pos",
        lines=tuple(lines),
        discount_codes=(coupon.code,) if coupon else (),
    )


def told_again(known: IncomingOrder, status: OrderStatus, at: datetime) -> IncomingOrder:
    """The same order later, with another status."""
    cancelled_at = at if status is OrderStatus.CANCELLED else None
    return replace(known, status=status, cancelled_at=cancelled_at, updated_at=at)


def refund_whole(bought: IncomingOrder, at: datetime) -> IncomingRefund:
    """Everything goes back."""
    lines = tuple(
        IncomingRefundLine(line.external_id, line.quantity, line.total_minor)
        for line in bought.lines
        if line.total_minor > 0
    )
    return IncomingRefund(f"R{bought.external_id}", bought.external_id, bought.total_minor, at, lines)


def refund_first_line(bought: IncomingOrder, at: datetime) -> IncomingRefund:
    """The first article goes back."""
    line = bought.lines[0]
    amount = min(line.total_minor, bought.total_minor)
    return IncomingRefund(
        f"R{bought.external_id}",
        bought.external_id,
        amount,
        at,
        (IncomingRefundLine(line.external_id, line.quantity, amount),),
    )


def _goods(external_id: str, basket: Basket, coupon: Coupon | None) -> list[IncomingLine]:
    lines = [_article(f"{external_id}-{at}", article, count) for at, (article, count) in enumerate(basket, 1)]
    free = BY_TITLE.get(coupon.reward.about.product) if coupon else None
    if free:
        lines.append(_article(f"{external_id}-free", free, 1, discount_minor=free.price_minor))
    return lines


def _article(external_id: str, article: Article, count: int, *, discount_minor: int = 0) -> IncomingLine:
    return IncomingLine(
        external_id=external_id,
        kind=article.kind,
        sku=article.sku,
        product_id=article.sku,
        title=article.title,
        quantity=count,
        unit_minor=article.price_minor,
        total_minor=article.price_minor * count - discount_minor,
        discount_minor=discount_minor,
        category=article.category,
        tags=article.tags,
    )


def _discount(external_id: str, coupon: Coupon | None, goods: int) -> list[IncomingLine]:
    if coupon is None:
        return []
    about, off = coupon.reward.about, 0
    if about.kind in (RewardKind.AMOUNT_OFF, RewardKind.GIFT_CARD):
        off = min(goods, about.value_minor or 0)
    elif about.kind is RewardKind.PERCENT_OFF:
        off = goods * (about.percent or 0) // 100
    return [extra(LineKind.DISCOUNT, about.name, -off, f"{external_id}-discount")] if off else []


def _delivery(external_id: str, coupon: Coupon | None, goods: int) -> IncomingLine:
    free = coupon is not None and coupon.reward.about.kind is RewardKind.FREE_SHIPPING
    price = 0 if free or goods >= FREE_DELIVERY_FROM_MINOR else DELIVERY_MINOR
    return extra(LineKind.SHIPPING, "Delivery by bicycle", price, f"{external_id}-delivery")


def _tax(basket: Basket) -> int:
    return sum(article.price_minor * count for article, count in basket if article.taxed) * TAX_PERCENT // 100

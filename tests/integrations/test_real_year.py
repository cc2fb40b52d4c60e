"""The real shop's year, read by both ways. Slow on purpose: about ten seconds."""

from collections import Counter
from pathlib import Path

from loyalty.integrations import integration, webhook_log
from loyalty.integrations.cells import Reading
from loyalty.integrations.facts import OrderSeen, RefundSeen
from loyalty.rules.orders import IncomingOrder, refunded_minor

SHOPIFY = integration("shopify")
POUNDS = Reading("GBP")


def test_the_export_and_the_webhooks_tell_of_the_same_orders(year: Path) -> None:
    seen: dict[str, IncomingOrder] = {}
    given_back: Counter[str] = Counter()
    for logged in webhook_log.read(year / "or2010-11.webhooks.jsonl.gz"):
        for fact in SHOPIFY.inbound.facts(logged.topic, logged.body, currency="GBP"):
            if isinstance(fact, OrderSeen):
                seen[fact.order.external_id] = fact.order
            elif isinstance(fact, RefundSeen):
                given_back[fact.refund.order_external_id] += fact.refund.amount_minor
    total = lines = guests = refunded = 0
    for _, order in SHOPIFY.export.read_orders(year / "or2010-11.orders_export.csv.gz", POUNDS):
        twin = seen.pop(order.external_id)
        assert (order.name, order.total_minor, order.currency) == (twin.name, twin.total_minor, twin.currency)
        assert (order.placed_at, order.paid_at, order.status) == (twin.placed_at, twin.paid_at, twin.status)
        assert order.email == twin.email
        assert [(line.sku, line.quantity, line.total_minor) for line in order.lines] == [
            (line.sku, line.quantity, line.total_minor) for line in twin.lines
        ]
        assert order.reported_refunded_minor == given_back[order.external_id]
        assert (
            refunded_minor(order.total_minor, (), order.reported_refunded_minor)
            == order.reported_refunded_minor
        )
        total += order.total_minor
        lines += len(order.lines)
        guests += order.customer is None
        refunded += order.reported_refunded_minor > 0
    assert not seen
    assert (lines, guests, refunded) == (530_103, 1_427, 3_210)
    assert (total, given_back.total()) == (1_065_562_248, 50_531_900)


def test_everybody_in_the_customers_export_is_registered(year: Path) -> None:
    people = [
        person
        for _, person in SHOPIFY.export.read_customers(year / "or2010-11.customers_export.csv.gz", POUNDS)
    ]
    assert len({person.email for person in people}) == len({person.external_id for person in people}) == 4_338
    assert all(person.is_registered and (person.external_id or "").isdecimal() for person in people)

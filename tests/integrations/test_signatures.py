import base64
import hashlib
import hmac

import pytest

from loyalty.errors import Invalid
from loyalty.integrations import integration, signatures

RAW = b'{"id":1,"name":"#1001"}'
SECRET, OLD = "shpss_0123456789abcdef", "wc-secret-of-last-month"
HEADERS = {"shopify": "X-Shopify-Hmac-Sha256", "woocommerce": "X-WC-Webhook-Signature"}


def signed(secret: str, raw: bytes = RAW) -> str:
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("kind", HEADERS)
def test_a_delivery_signed_with_the_current_or_the_previous_secret_is_genuine(kind: str) -> None:
    inbound = integration(kind).inbound
    assert inbound.verified({HEADERS[kind]: signed(SECRET)}, RAW, [SECRET, OLD])
    assert inbound.verified({HEADERS[kind].lower(): signed(OLD)}, RAW, [SECRET, OLD])
    assert not inbound.verified({HEADERS[kind]: signed("another")}, RAW, [SECRET, OLD])
    assert not inbound.verified({}, RAW, [SECRET, OLD])
    assert not inbound.verified({HEADERS[kind]: signed(SECRET)}, RAW, [])


def test_the_newer_shopify_headers_are_as_good() -> None:
    inbound = integration("shopify").inbound
    assert inbound.verified({"shopify-hmac-sha256": signed(SECRET)}, RAW, [SECRET])
    told = inbound.delivery(
        {
            "shopify-topic": "orders/paid",
            "shopify-webhook-id": "b54557e4",
            "shopify-shop-domain": "gifts.myshopify.com",
            "shopify-triggered-at": "2026-01-02T03:04:05.678Z",
        }
    )
    assert (told.topic, told.id, told.shop) == ("orders/paid", "b54557e4", "gifts.myshopify.com")
    assert told.triggered_at is not None
    assert told.triggered_at.isoformat() == "2026-01-02T03:04:05.678000+00:00"


def test_each_flipped_bit_of_the_signature_is_refused() -> None:
    good = signed(SECRET)
    for place in range(len(good)):
        for bit in range(7):
            bad = good[:place] + chr(ord(good[place]) ^ (1 << bit)) + good[place + 1 :]
            assert not signatures.matches(RAW, bad, [SECRET]), (place, bit)


def test_each_flipped_bit_of_the_body_is_refused() -> None:
    good = signed(SECRET)
    for place in range(len(RAW)):
        for bit in range(8):
            bad = RAW[:place] + bytes([RAW[place] ^ (1 << bit)]) + RAW[place + 1 :]
            assert not signatures.matches(bad, good, [SECRET]), (place, bit)


@pytest.mark.parametrize("given", ["", "é", "\ud800", "=" * 44, "A" * 100_000])
def test_nonsense_is_no_signature(given: str) -> None:
    assert not signatures.matches(RAW, given, [SECRET])


def test_an_empty_secret_signs_nothing() -> None:
    assert not signatures.matches(RAW, signed(""), [""])


@pytest.mark.parametrize("kind", HEADERS)
def test_a_delivery_without_a_topic_or_an_id_is_refused_by_the_header_name(kind: str) -> None:
    inbound = integration(kind).inbound
    for wanted in ("topic", "id"):
        header = integration(kind).settings.HEADERS[wanted][0]
        present = {integration(kind).settings.HEADERS[key][0]: "x" for key in ("topic", "id", "shop")}
        del present[header]
        with pytest.raises(Invalid, match=header):
            inbound.delivery(present)


def test_only_woocommerce_greets_and_only_with_its_webhook_id() -> None:
    assert integration("woocommerce").inbound.is_greeting({}, b"webhook_id=12")
    for raw in (b"webhook_id=", b"webhook_id=12&x=1", RAW, b""):
        assert not integration("woocommerce").inbound.is_greeting({}, raw)
    assert not integration("shopify").inbound.is_greeting({}, b"webhook_id=12")


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="shopify or woocommerce"):
        integration("magento")

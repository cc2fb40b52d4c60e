"""A shop's own token: “this is our customer, let them in”. PRODUCT O2; docs/portal.md tells shops how to make one.

`v1.PAYLOAD.SIGNATURE`. PAYLOAD is JSON in URL-safe base64 without padding; SIGNATURE is the HMAC-SHA256 of
`regulars-sign-in:v1.PAYLOAD` under the store's webhook secret, in lower-case hexadecimal. The signature is compared
as text, so there is exactly one token for a payload and no byte of it can be another.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty.errors import Invalid

LONGEST_LIFE = timedelta(minutes=5)
SKEW = timedelta(seconds=60)
LONGEST = 2000

BROKEN = "This link from the shop can’t be read. Go back to the shop and follow it again."
OLD = "This link from the shop is too old. Go back to the shop and follow it again."


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a shop says. `customer` is the shop's own id of the person, if it told one; `until` when it ends."""

    store: str
    email: str
    customer: str | None
    first_name: str
    last_name: str
    issued: datetime
    until: datetime


def store_of(token: str) -> str:
    """The uid of the store that a token says it is from, before anything is believed. Raises Invalid."""
    return _text(_payload(token), "store", 1, 40)


def opened(token: str, secrets: tuple[str, ...], now: datetime) -> Voucher:
    """What a token says, once its signature and its times are right. Raises Invalid."""
    version, payload, signature = _parts(token)
    signed = f"regulars-sign-in:{version}.{payload}".encode()
    right = [
        hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), signature)
        for secret in secrets
        if secret
    ]
    if not any(right):
        raise Invalid(BROKEN)
    voucher = _voucher(_payload(token))
    if voucher.until - voucher.issued > LONGEST_LIFE or voucher.issued > now + SKEW:
        raise Invalid(BROKEN)
    if voucher.until <= now:
        raise Invalid(OLD)
    return voucher


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3 or parts[0] != "v1" or not token.isascii():
        raise Invalid(BROKEN)
    return parts[0], parts[1], parts[2]


def _payload(token: str) -> Mapping[str, Any]:
    encoded = _parts(token)[1]
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        payload = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise Invalid(BROKEN) from None
    if not isinstance(payload, dict):
        raise Invalid(BROKEN)
    return payload


def _voucher(payload: Mapping[str, Any]) -> Voucher:
    _text(payload, "nonce", 8, 100)
    return Voucher(
        store=_text(payload, "store", 1, 40),
        email=_text(payload, "email", 3, 254),
        customer=_text(payload, "customer", 0, 120) or None,
        first_name=_text(payload, "first_name", 0, 120),
        last_name=_text(payload, "last_name", 0, 120),
        issued=_moment(payload, "iat"),
        until=_moment(payload, "exp"),
    )


def _text(payload: Mapping[str, Any], name: str, least: int, most: int) -> str:
    value = payload.get(name, "")
    if not isinstance(value, str) or not least <= len(value) <= most or not value.isprintable():
        raise Invalid(BROKEN)
    return value


def _moment(payload: Mapping[str, Any], name: str) -> datetime:
    value = payload.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**33:
        raise Invalid(BROKEN)
    return datetime.fromtimestamp(value, UTC)

"""A shop's token: one form, one signature, and no byte that could be another. PRODUCT O2."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty.errors import Invalid
from loyalty.rules.vouchers import opened, store_of

NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)
SECRET = "the store's own secret"
SAID: dict[str, Any] = {
    "store": "store-uid",
    "email": "ines@example.org",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 120,
    "nonce": "0123456789abcdef",
}


def token(secret: str = SECRET, **changes: Any) -> str:
    raw = json.dumps({**SAID, **changes}).encode()
    payload = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    signed = f"regulars-sign-in:v1.{payload}".encode()
    return f"v1.{payload}.{hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def test_a_token_says_who_it_is() -> None:
    voucher = opened(token(customer="77", first_name="Ines"), (SECRET,), NOW)
    assert (voucher.email, voucher.customer, voucher.first_name) == ("ines@example.org", "77", "Ines")
    assert store_of(token()) == "store-uid"


def test_every_byte_of_a_token_counts() -> None:
    good = token()
    for at, letter in enumerate(good):
        for other in {"A", "B", ".", "=", "0", " ", "\x00", letter.swapcase(), chr(ord(letter) ^ 1)} - {
            letter
        }:
            with pytest.raises(Invalid):
                opened(good[:at] + other + good[at + 1 :], (SECRET,), NOW)
        with pytest.raises(Invalid):
            opened(good[:at] + good[at + 1 :], (SECRET,), NOW)
    for longer in (good + "=", good + "0", "x" + good, good + ".", good.upper()):
        with pytest.raises(Invalid):
            opened(longer, (SECRET,), NOW)


@pytest.mark.parametrize("secrets", [(), ("",), ("guess",), ("", "guess")])
def test_without_the_stores_secret_nothing_opens(secrets: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        opened(token(), secrets, NOW)
    with pytest.raises(Invalid):
        opened(token(secret=""), ("",), NOW)


def test_a_token_is_good_from_its_moment_to_its_end_and_five_minutes_at_most() -> None:
    for moment in (NOW - timedelta(seconds=59), NOW, NOW + timedelta(seconds=119)):
        assert opened(token(), (SECRET,), moment)
    for moment in (NOW - timedelta(seconds=61), NOW + timedelta(seconds=120)):
        with pytest.raises(Invalid):
            opened(token(), (SECRET,), moment)
    assert opened(token(exp=SAID["iat"] + 300), (SECRET,), NOW)
    with pytest.raises(Invalid):
        opened(token(exp=SAID["iat"] + 301), (SECRET,), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"store": ""},
        {"store": 5},
        {"email": None},
        {"email": "x" * 255},
        {"email": "a\nb@example.org"},
        {"iat": "now"},
        {"iat": True},
        {"exp": 10**12},
        {"exp": 1.5},
        {"nonce": "short"},
        {"customer": ["7"]},
        {"first_name": "x" * 121},
    ],
)
def test_a_field_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        opened(token(**changes), (SECRET,), NOW)

"""Signatures of deliveries: base64 of HMAC-SHA256 over the raw body, as both platforms send it."""

import hmac
from base64 import b64encode
from collections.abc import Iterable


def sign(raw: bytes, secret: str) -> str:
    """The signature a platform sends for this body and secret."""
    return b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()


def matches(raw: bytes, given: str, secrets: Iterable[str]) -> bool:
    """Whether `given` is the signature under any of the secrets (current and previous).

    Every secret is tried and compared in constant time. The text is compared, not its decoded
    bytes, since two base64 texts can decode to the same bytes. An empty secret matches nothing.
    """
    offered = given.encode("utf-8", "surrogatepass")
    found = False
    for secret in secrets:
        same = hmac.compare_digest(sign(raw, secret).encode(), offered)
        found |= same and bool(secret)
    return found

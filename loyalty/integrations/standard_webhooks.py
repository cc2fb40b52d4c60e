"""Signatures as Standard Webhooks has them: over the id, the second and the raw body, valid for five minutes."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)


def signature(message_id: str, timestamp: str, raw: bytes, secret: str) -> str:
    """One signature, with its version. `secret` as `settings` takes it: whsec_MfKQ9r8G…"""
    signed = b".".join((message_id.encode(), timestamp.encode(), raw))
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def new_secret() -> str:
    """A secret as it is shown and pasted."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def headers(message_id: str, at: datetime, raw: bytes, *signing: str) -> dict[str, str]:
    """What goes with a body that is sent at `at`, signed with each secret: one can be replaced without a gap."""
    timestamp = str(int(at.timestamp()))
    return {
        ID: message_id,
        TIMESTAMP: timestamp,
        SIGNATURE: " ".join(signature(message_id, timestamp, raw, each) for each in signing),
    }


def verified(sent: Mapping[str, str], raw: bytes, known: Iterable[str], now: datetime) -> bool:
    """Whether a body was signed with one of the secrets, lately. A sender may send several signatures."""
    message_id, timestamp = sent.get(ID, ""), sent.get(TIMESTAMP, "")
    if not message_id or not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    given = [each.encode("utf-8", "surrogatepass") for each in sent.get(SIGNATURE, "").split(" ")]
    found = False
    for secret in known:
        ours = signature(message_id, timestamp, raw, secret).encode()
        for each in given[:10]:
            found |= hmac.compare_digest(ours, each)
    return found

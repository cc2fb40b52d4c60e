"""What is stored so that the database alone doesn't tell it: closed with the settings' secret key.

A text is encrypted with a keystream of HMAC-SHA256 over a random nonce and a counter, and sealed with a second
HMAC (encrypt, then authenticate; two keys derived from the secret key for each purpose). Whoever has a copy of
the database but not the key learns nothing; whoever changes a stored text makes it unreadable. After the secret
key is replaced, what was closed with the old one can't be opened any more.
"""

import base64
import hashlib
import hmac
import secrets

from loyalty.settings import settings

_VERSION = "v1."
_NONCE, _SEAL, _BLOCK = 16, 16, 32


def closed(text: str, purpose: str) -> str:
    """What to store. The same text is closed differently each time."""
    nonce, plain = secrets.token_bytes(_NONCE), text.encode()
    body = _xor(plain, _stream(nonce, len(plain), purpose))
    return _VERSION + base64.urlsafe_b64encode(nonce + body + _seal(nonce + body, purpose)).decode()


def opened(stored: str, purpose: str) -> str | None:
    """The text; None when it was changed, was closed for something else, or with another key."""
    try:
        raw = base64.b64decode(stored.removeprefix(_VERSION), altchars=b"-_", validate=True)
    except ValueError:
        return None
    sealed, seal = raw[:-_SEAL], raw[-_SEAL:]
    if not stored.startswith(_VERSION) or not hmac.compare_digest(seal, _seal(sealed, purpose)):
        return None
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    return _xor(body, _stream(nonce, len(body), purpose)).decode()


def mark(text: str, purpose: str) -> str:
    """A keyed hash, 64 hex characters: to recognise a text without keeping it."""
    return hmac.new(_key(f"mark:{purpose}"), text.encode(), hashlib.sha256).hexdigest()


def _key(use: str) -> bytes:
    return hmac.new(settings().key.encode(), f"vault:{use}".encode(), hashlib.sha256).digest()


def _stream(nonce: bytes, length: int, purpose: str) -> bytes:
    key, blocks = _key(f"close:{purpose}"), -(-length // _BLOCK)
    made = (hmac.new(key, nonce + number.to_bytes(8, "big"), hashlib.sha256) for number in range(blocks))
    return b"".join(block.digest() for block in made)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def _seal(text: bytes, purpose: str) -> bytes:
    return hmac.new(_key(f"seal:{purpose}"), text, hashlib.sha256).digest()[:_SEAL]

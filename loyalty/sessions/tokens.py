"""Bearer tokens: 256 random bits behind the uid of their programme, stored only as SHA-256.

The uid stands in front so that every statement about a token can name its programme.
"""

import hashlib
import secrets

PROGRAMME = "(SELECT programme_id FROM programmes WHERE uid = {})"
"""SQL for the programme of a token, given the uid in front of it."""

_LONGEST_UID, _SECRET = 40, 43


def new_secret() -> str:
    """43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def parts(token: str) -> tuple[str, str]:
    """Programme uid and secret; two empty texts for what can't be one of our tokens."""
    programme_uid, _, secret = token.rpartition(".")
    fits = 0 < len(programme_uid) <= _LONGEST_UID and len(secret) == _SECRET
    return (programme_uid, secret) if fits and token.isascii() and token.isprintable() else ("", "")


def digest(secret: str) -> str:
    """What is stored of a secret: 64 hex characters."""
    return hashlib.sha256(secret.encode()).hexdigest()

"""Public names for rows that have none of their own: an address may hold one, never the integer id."""

import hashlib
from base64 import urlsafe_b64encode


def reference(noun: str, programme_id: int, id_: int) -> str:
    """A word of 22 URL-safe characters, always the same for the same row."""
    digest = hashlib.sha256(f"{noun}:{programme_id}:{id_}".encode()).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")

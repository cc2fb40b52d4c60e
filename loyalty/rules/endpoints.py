"""What the address of an endpoint must look like."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from loyalty.errors import Invalid

LONGEST_URL = 500


def address(url: str, *, private: bool = False) -> str:
    """An address that events may go to. Raises Invalid with what is wrong.

    `private`: the installation allows networks of its own, so http and addresses without a dot, too.
    """
    text = url.strip()
    if len(text) > LONGEST_URL:
        raise Invalid(f"An address can have {LONGEST_URL} characters.", field="url")
    try:
        where = urlsplit(text)
        port = where.port
    except ValueError:
        raise Invalid("This isn’t a whole address; it begins with https://.", field="url") from None
    if where.scheme not in (("https", "http") if private else ("https",)) or not where.hostname or port == 0:
        raise Invalid("Enter a whole address that begins with https://.", field="url")
    if where.username or where.password:
        raise Invalid("Leave out the name and password: the signature says who is calling.", field="url")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Invalid("An address has no spaces and plain letters only.", field="url")
    if not private and not _public_name(where):
        raise Invalid(
            "This address leads into a private network. Use one that the internet can reach.", field="url"
        )
    return text


def is_public(ip: str) -> bool:
    """Whether an address of the internet; everything private, local, shared or reserved isn't."""
    found = ipaddress.ip_address(ip)
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def _public_name(where: SplitResult) -> bool:
    host = where.hostname or ""
    try:
        return is_public(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))

"""The headers around a delivery, by a platform's table of header names."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from loyalty.errors import Invalid
from loyalty.integrations import moments, signatures
from loyalty.integrations.bodies import clean
from loyalty.integrations.facts import Delivery

HeaderNames: TypeAlias = Mapping[str, tuple[str, ...]]
"""Ours (signature, topic, id, shop, triggered_at) → the platform's, lower case, best first."""


def verified(names: HeaderNames, headers: Mapping[str, str], raw: bytes, secrets: Iterable[str]) -> bool:
    """Whether the signature header signs the raw body with one of the secrets."""
    return signatures.matches(raw, _header(names["signature"], headers), secrets)


def delivery(names: HeaderNames, headers: Mapping[str, str]) -> Delivery:
    """The envelope. Raises Invalid when the topic or the delivery's id is missing."""
    told = {key: _header(names[key], headers) for key in ("topic", "id", "shop", "triggered_at")}
    for key in ("topic", "id"):
        if not 0 < len(told[key]) <= 200:
            raise Invalid(f"The header {names[key][0]} is missing or too long.")
    try:
        triggered_at = moments.moment(told["triggered_at"]) if told["triggered_at"] else None
    except ValueError:
        triggered_at = None
    return Delivery(told["topic"], told["id"], told["shop"], triggered_at)


def _header(wanted: Iterable[str], headers: Mapping[str, str]) -> str:
    lowered = {name.lower(): value for name, value in headers.items()}
    return next((clean(lowered[name]).strip() for name in wanted if lowered.get(name)), "")

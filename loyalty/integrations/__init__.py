"""The shops' platforms, each with the same three modules.

`inbound` reads webhooks, `export` reads CSV exports, `settings` has the platform's names. What they
say is in `facts`, orders in the one form of `loyalty.rules.orders`. The modules beside the platforms
are what they share: files and tables, cells and JSON fields, amounts, moments, signatures.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from db.enums import Platform
from loyalty.errors import Invalid
from loyalty.integrations.cells import Reading
from loyalty.integrations.envelopes import HeaderNames
from loyalty.integrations.facts import Delivery, Fact
from loyalty.integrations.shopify import export as shopify_export
from loyalty.integrations.shopify import inbound as shopify_inbound
from loyalty.integrations.shopify import settings as shopify_settings
from loyalty.integrations.woocommerce import export as woocommerce_export
from loyalty.integrations.woocommerce import inbound as woocommerce_inbound
from loyalty.integrations.woocommerce import settings as woocommerce_settings
from loyalty.rules.orders import IncomingCustomer, IncomingOrder
from loyalty.rules.products import IncomingProduct


class Inbound(Protocol):
    """What every platform's `inbound.py` offers."""

    def verified(self, headers: Mapping[str, str], raw: bytes, secrets: Iterable[str]) -> bool: ...
    def is_greeting(self, headers: Mapping[str, str], raw: bytes) -> bool: ...
    def delivery(self, headers: Mapping[str, str]) -> Delivery: ...
    def facts(self, topic: str, body: object, *, currency: str) -> tuple[Fact, ...]: ...


class Export(Protocol):
    """What every platform's `export.py` offers."""

    def read_customers(self, path: Path, reading: Reading) -> Iterator[tuple[int, IncomingCustomer]]: ...
    def read_orders(self, path: Path, reading: Reading) -> Iterator[tuple[int, IncomingOrder]]: ...
    def read_products(self, path: Path, reading: Reading) -> Iterator[tuple[int, IncomingProduct]]: ...


class Settings(Protocol):
    """What every platform's `settings.py` says."""

    HEADERS: HeaderNames
    TOPICS: frozenset[str]
    PRODUCT_TOPICS: frozenset[str]


@dataclass(frozen=True, slots=True)
class Integration:
    """One platform."""

    inbound: Inbound
    export: Export
    settings: Settings


INTEGRATIONS: Mapping[Platform, Integration] = {
    Platform.SHOPIFY: Integration(shopify_inbound, shopify_export, shopify_settings),
    Platform.WOOCOMMERCE: Integration(woocommerce_inbound, woocommerce_export, woocommerce_settings),
}

PRODUCT_TOPICS = frozenset(topic for one in INTEGRATIONS.values() for topic in one.settings.PRODUCT_TOPICS)
"""What any platform calls its news of products."""


def integration(kind: str) -> Integration:
    """The platform called `kind`. Raises Invalid naming those there are."""
    for platform, found in INTEGRATIONS.items():
        if platform == kind:
            return found
    raise Invalid(f"There is no format “{kind}”; use {' or '.join(INTEGRATIONS)}.", field="format")

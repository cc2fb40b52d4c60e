"""Real files of the platforms, beside the repository; tests that want them are skipped without them."""

import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def _folder(name: str) -> Path:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the data folder ../shared/data/{name} isn't here")
    return folder


@pytest.fixture(scope="session")
def year() -> Path:
    """The real shop's year."""
    return _folder("online-retail")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The platforms' own sample bodies and awkward exports."""
    return _folder("platform")


@pytest.fixture(scope="session")
def shopify_order(samples: Path) -> dict[str, Any]:
    """A full Shopify order: three items, a shared discount, tax, free shipping, one refund."""
    body: dict[str, Any] = json.loads((samples / "shopify/order__order__450789469__20.json").read_text())
    return body


@pytest.fixture(scope="session")
def woo_order(samples: Path) -> dict[str, Any]:
    """A full WooCommerce order of a guest: two items, shipping, tax."""
    body: dict[str, Any] = json.loads((samples / "woocommerce/orders__0.json").read_text())
    return body

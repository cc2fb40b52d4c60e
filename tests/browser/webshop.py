"""The demo's web shop as its platform speaks: deliveries signed with the store's secret."""

import itertools
import json
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Locator, expect

from loyalty.integrations.signatures import sign
from tests.browser.conftest import Window

NUMBERS = itertools.count(time.time_ns() // 1_000)
"""Ids of orders, lines and deliveries; every story finds its own."""


@dataclass(frozen=True, slots=True)
class WebShop:
    """Where deliveries go, and what they are signed with."""

    hook: str
    secret: str

    def tells(self, topic: str, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Webhook-Id": str(next(NUMBERS)),
            "X-Shopify-Hmac-Sha256": sign(raw, self.secret),
        }
        urllib.request.urlopen(urllib.request.Request(self.hook, raw, headers, method="POST"))

    def sells(self, email: str, *products: tuple[str, int]) -> dict[str, Any]:
        """A paid order of products, each with its id and its price in whole dollars; as it was told."""
        now, number = datetime.now(UTC).isoformat(), next(NUMBERS)
        items = [
            {"id": next(NUMBERS), "product_id": name, "title": name, "price": f"{price}.00", "quantity": 1}
            for name, price in products
        ]
        order = {
            "id": number,
            "name": f"#{number}",
            "email": email,
            "currency": "USD",
            "total_price": f"{sum(price for _, price in products)}.00",
            "financial_status": "paid",
            "created_at": now,
            "updated_at": now,
            "line_items": items,
        }
        self.tells("orders/create", order)
        return order

    def refunds(self, order: dict[str, Any]) -> None:
        """All of it goes back."""
        paid = {"kind": "refund", "status": "success", "amount": order["total_price"]}
        now, lines = datetime.now(UTC).isoformat(), order["line_items"]
        self.tells(
            "refunds/create",
            {
                "id": next(NUMBERS),
                "order_id": order["id"],
                "created_at": now,
                "transactions": [paid],
                "refund_line_items": [
                    {"line_item_id": line["id"], "quantity": 1, "subtotal": line["price"]} for line in lines
                ],
            },
        )


def connected(owner: Window) -> WebShop:
    """The web shop, with a secret that its owner has just made."""
    page = owner.open("/admin/stores")
    page.get_by_role("link", name="secret of Web shop").click()
    page.get_by_role("button", name="secret").click()
    return WebShop(
        page.get_by_label("Webhooks go to").input_value(), page.get_by_label("Secret").input_value()
    )


def comes(shown: Locator, text: str) -> None:
    """Wait until the shop's worker has done its part: the page is looked at again until it says so."""
    until = time.monotonic() + 20
    while text not in "".join(shown.all_inner_texts()) and time.monotonic() < until:
        shown.page.wait_for_timeout(200)
        shown.page.reload()
    expect(shown).to_contain_text(text)

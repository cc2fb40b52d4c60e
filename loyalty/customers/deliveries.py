"""Webhooks that told of a person, emptied when the person is erased (PRODUCT O4)."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from db.engine import rows, run
from loyalty.rules.orders import normalised_email

_CANDIDATES = """SELECT id, store_id, topic, body FROM inbound_events
    WHERE programme_id = {} AND state <> 'new' AND body <> '' AND lower(body) LIKE {}"""
_UNSURE = re.compile(r"[^a-z0-9@.+-]")


async def empty(programme_id: int, customer_id: int, email_key: str | None) -> None:
    """Empty every applied or dead delivery that names this customer by id or address, and no other."""
    known = await rows(
        "SELECT store_id, external_id FROM customer_identities WHERE programme_id = {} AND customer_id = {}",
        programme_id,
        customer_id,
    )
    ids = {(row["store_id"], row["external_id"]) for row in known}
    needles = {external_id for _, external_id in ids} | (
        {email_key.partition("@")[0]} if email_key else set()
    )
    for needle in sorted(needles):
        for event in await rows(_CANDIDATES, programme_id, _pattern(needle)):
            if names(event["topic"], event["body"], event["store_id"], ids, email_key):
                await run(
                    "UPDATE inbound_events SET body = '', note = 'Emptied: the person was erased'"
                    " WHERE programme_id = {} AND id = {}",
                    programme_id,
                    event["id"],
                )


def names(topic: str, body: str, store_id: int, ids: set[tuple[int, str]], email_key: str | None) -> bool:
    """Whether a delivery's body says one of these (store, id) as its customer's, or the address anywhere.

    A body that can't be read names whoever's address stands in it.
    """
    try:
        told = json.loads(body)
    except ValueError:
        return email_key is not None and email_key in body.casefold()
    if any((store_id, str(found)) in ids for found in _customer_ids(topic, told)):
        return True
    return email_key is not None and any(normalised_email(text) == email_key for text in _addresses(told))


def _customer_ids(topic: str, told: object) -> Iterator[object]:
    if not isinstance(told, Mapping):
        return
    customer = told.get("customer")
    yield told.get("customer_id")
    yield customer.get("id") if isinstance(customer, Mapping) else None
    yield told.get("id") if topic.startswith("customer") else None


def _addresses(told: Any) -> Iterator[str]:
    """Every text with an @ in it, however deep."""
    if isinstance(told, str):
        yield from [told] if "@" in told else []
    elif isinstance(told, Mapping | list):
        for part in told.values() if isinstance(told, Mapping) else told:
            yield from _addresses(part)


def _pattern(needle: str) -> str:
    """For LIKE on a lower-case body: what may be escaped or folded differently there can be anything."""
    return f"%{_UNSURE.sub('%', needle.lower())}%"

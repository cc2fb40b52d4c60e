"""Stores of a programme file. A store that is missing from it stays: its orders refer to it."""

import os
from typing import Any

from db.engine import rows, run
from db.ids import new_uid
from loyalty import clock
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import StorePart


async def listed(programme_id: int) -> list[dict[str, Any]]:
    """The stored stores, in the order they were added."""
    return await rows(
        "SELECT id, handle, name, platform, domain, webhook_secret FROM stores WHERE programme_id = {} ORDER BY id",
        programme_id,
    )


def part(row: dict[str, Any]) -> StorePart:
    """The store as a file says it; where its secret comes from is known to nobody but the file."""
    plain = {name: row[name] for name in ("handle", "name", "platform", "domain")}
    return StorePart.model_validate(plain)


async def bring(programme_id: int, wanted: list[StorePart], names: Names) -> list[str]:
    """Add and change. A changed secret keeps the old one valid, for the days of rotation."""
    there = {row["handle"]: row for row in await listed(programme_id)}
    changes: list[str] = []
    for store in wanted:
        row, secret = there.get(store.handle), _secret(store)
        if row is None:
            await _insert(programme_id, names.stores[store.handle], store, secret)
            changes.append(f"store “{store.handle}”: added")
            continue
        if part(row) != store.model_copy(update={"webhook_secret_env": None}):
            await run(
                "UPDATE stores SET name = {}, platform = {}, domain = {} WHERE programme_id = {} AND id = {}",
                store.name,
                store.platform,
                store.domain,
                programme_id,
                row["id"],
            )
            changes.append(f"store “{store.handle}”: changed")
        if secret is not None and secret != row["webhook_secret"]:
            await run(
                "UPDATE stores SET previous_webhook_secret = webhook_secret, webhook_secret = {}"
                " WHERE programme_id = {} AND id = {}",
                secret,
                programme_id,
                row["id"],
            )
            changes.append(f"store “{store.handle}”: a new webhook secret")
    return changes


def missing_secrets(wanted: list[StorePart]) -> list[str]:
    """Sentences about variables that aren't set, so that no webhook can be verified by them."""
    return [
        f"store “{store.handle}”: {store.webhook_secret_env} isn't set, so the stored webhook secret stays as it is"
        for store in wanted
        if store.webhook_secret_env and _secret(store) is None
    ]


def _secret(store: StorePart) -> str | None:
    return os.environ.get(store.webhook_secret_env) or None if store.webhook_secret_env else None


async def _insert(programme_id: int, store_id: int, store: StorePart, secret: str | None) -> None:
    await run(
        "INSERT INTO stores (programme_id, id, uid, handle, name, platform, domain, webhook_secret, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        programme_id,
        store_id,
        new_uid(),
        store.handle,
        store.name,
        store.platform,
        store.domain,
        secret,
        clock.now(),
    )

"""What happened, for whoever listens outside. Written in the verb's own transaction, sent later."""

import json
from collections.abc import Sequence
from typing import Any

from db.engine import insert_many, run
from db.ids import new_id
from loyalty import clock


async def emit(
    programme_id: int, topic: str, payload: dict[str, Any], *, customer_id: int | None = None
) -> None:
    """Add one row to the outbox. `topic` is noun.past-verb (`points.adjusted`); `payload` is JSON."""
    now = clock.now()
    await run(
        "INSERT INTO outbox (programme_id, id, topic, customer_id, payload, at) VALUES ({}, {}, {}, {}, {}, {})",
        programme_id,
        new_id(now),
        topic,
        customer_id,
        json.dumps(payload),
        now,
    )


async def emit_each(programme_id: int, topic: str, told: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Add a row for each of these customers, with a payload of their own."""
    now = clock.now()
    await insert_many(
        "outbox",
        ("programme_id", "id", "topic", "customer_id", "payload", "at"),
        [
            (programme_id, new_id(now), topic, customer_id, json.dumps(payload), now)
            for customer_id, payload in told
        ],
    )

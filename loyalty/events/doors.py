"""Which store a webhook is for, and the secrets it may be signed with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from db.engine import rows
from db.enums import Platform

_COLUMNS = "programme_id, id, webhook_secret, previous_webhook_secret"


@dataclass(frozen=True, slots=True)
class Door:
    """A store's entrance. The previous secret stays valid while a new one is rolled out."""

    programme_id: int
    store_id: int
    secrets: tuple[str, ...] = field(repr=False)


async def by_uid(platform: Platform, uid: str) -> Sequence[Door]:
    """The store with this public id: one or none."""
    found = await rows(
        f"SELECT {_COLUMNS} FROM stores WHERE uid = {{}} AND platform = {{}} ORDER BY programme_id",
        uid,
        platform,
    )
    return [_door(row) for row in found]


async def by_domain(platform: Platform, domain: str) -> Sequence[Door]:
    """The stores with this domain; the same shop may feed several programmes, told apart by secret."""
    found = await rows(
        f"SELECT {_COLUMNS} FROM stores WHERE platform = {{}} AND domain = {{}} ORDER BY programme_id, id",
        platform,
        domain.strip().casefold(),
    )
    return [_door(row) for row in found]


def _door(row: dict[str, Any]) -> Door:
    secrets = (row["webhook_secret"], row["previous_webhook_secret"])
    return Door(row["programme_id"], row["id"], tuple(secret for secret in secrets if secret))

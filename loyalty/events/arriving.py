"""A webhook at the door: whose is it, is it genuine, keep it. DESIGN §6."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from db.enums import Platform
from loyalty.errors import NotFound
from loyalty.events.doors import Door
from loyalty.events.storing import store
from loyalty.integrations import integration


class Arrived(StrEnum):
    """What became of a delivery. A greeting is a platform's unsigned hello; nothing is kept of it."""

    NEW = "new"
    DUPLICATE = "duplicate"
    GREETING = "greeting"
    NOT_SIGNED = "not_signed"


async def arrive(
    platform: Platform, doors: Sequence[Door], headers: Mapping[str, str], raw: bytes
) -> Arrived:
    """Keep a delivery that is signed with a secret of one of the doors.

    A genuine body that can't be read is kept too: the sender is told it arrived, the merchant sees
    why it could not be applied. Raises NotFound without doors, Invalid without topic or delivery id.
    """
    if not doors:
        raise NotFound("There is no such store.")
    inbound = integration(platform).inbound
    if inbound.is_greeting(headers, raw):
        return Arrived.GREETING
    door = next((door for door in doors if inbound.verified(headers, raw, door.secrets)), None)
    if door is None:
        return Arrived.NOT_SIGNED
    told = inbound.delivery(headers)
    stored = await store(door.programme_id, door.store_id, told.topic, told.id, _text(raw))
    return Arrived(stored.value)


def _text(raw: bytes) -> str:
    """The body as a text column can hold it; it is checked by then, so nothing depends on its bytes."""
    return raw.decode("utf-8", "replace").replace("\0", "\ufffd")

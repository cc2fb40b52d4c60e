"""Adding a store (PRODUCT N2)."""

import re
import secrets
import unicodedata
from dataclasses import dataclass

from db.engine import atomic, retried, rows, run
from db.enums import Platform
from db.ids import new_id, new_uid
from loyalty import audit, clock, repeats
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.actors import Actor
from loyalty.stores.listing import WITH_WEBHOOKS, StoreView, get

LONGEST_HANDLE = 40
SECRET = re.compile(r"[\x21-\x7e]{8,200}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class Added:
    """`secret` is what to paste at the platform, given out this once; None where nothing is signed."""

    store: StoreView
    secret: str | None
    sentence: str


@retried
async def add(
    programme_id: int, name: str, platform: Platform, *, domain: str, secret: str, by: Actor, key: str
) -> Added:
    """A new store. `secret` empty: we make one. Raises Invalid (naming the field), AlreadyDone, KeyReused."""
    name, host = name.strip(), checked_domain(domain, platform)
    if not 1 <= len(name) <= 120:
        raise Invalid("A store needs a name of at most 120 characters.", field="name")
    signing = checked_secret(secret) if platform in WITH_WEBHOOKS else None
    asked = repeats.mark(key, name, platform, host)
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        if await repeats.earlier(programme_id, "store.added", ("programme", programme_id), asked):
            raise AlreadyDone(
                f"{name} has been added already. Its secret was shown once; make a new one if you missed it."
            )
        there = await rows("SELECT handle, name FROM stores WHERE programme_id = {}", programme_id)
        if name.casefold() in {row["name"].casefold() for row in there}:
            raise Invalid(f"There is a store called {name} already.", field="name")
        handle = free_handle(name, {row["handle"] for row in there})
        uid, now = new_uid(), clock.now()
        await run(
            "INSERT INTO stores (programme_id, id, uid, handle, name, platform, domain, webhook_secret, created_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            programme_id,
            new_id(now),
            uid,
            handle,
            name,
            platform,
            host,
            signing,
            now,
        )
        sentence = f"{name} has been added"
        await audit.record(
            programme_id,
            "store.added",
            ("programme", programme_id),
            sentence,
            by=by,
            after={"store": handle, "platform": platform.value, "domain": host, **asked.stored},
        )
        return Added(await get(programme_id, uid), signing, sentence)


def checked_domain(domain: str, platform: Platform) -> str | None:
    """A host name in small letters, out of whatever was pasted. Shopify needs one. Raises Invalid."""
    host = domain.strip().casefold().removeprefix("https://").removeprefix("http://").split("/")[0]
    if not host:
        if platform is Platform.SHOPIFY:
            raise Invalid("Enter the shop's domain, such as your-shop.myshopify.com.", field="domain")
        return None
    if not _DOMAIN.fullmatch(host):
        raise Invalid("Enter a domain such as shop.example.com.", field="domain")
    return host


def checked_secret(secret: str) -> str:
    """The platform's secret, or a new one of ours. Raises Invalid."""
    if not secret.strip():
        return secrets.token_urlsafe(32)
    if not SECRET.fullmatch(secret.strip()):
        raise Invalid("A secret has 8 to 200 letters, digits and signs, without spaces.", field="secret")
    return secret.strip()


def free_handle(name: str, taken: set[str]) -> str:
    """A short name for the ledger's keys that no other store has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_HANDLE - 4].strip("-") or "store"
    return next(handle for handle in (word, *(f"{word}-{n}" for n in range(2, 1000))) if handle not in taken)

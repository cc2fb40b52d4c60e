"""A store's new webhook secret. The old one stays valid until somebody ends the rotation (PRODUCT N2)."""

from db.engine import atomic, retried, run
from loyalty import audit, repeats
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.actors import Actor
from loyalty.stores.adding import Added, checked_secret
from loyalty.stores.listing import get


@retried
async def rotate(programme_id: int, uid: str, *, secret: str, by: Actor, key: str) -> Added:
    """Sign with another secret from now on; `secret` empty: we make one. It is given out this once.

    Raises NotFound, Invalid for a store without webhooks, AlreadyDone for a repeat.
    """
    signing, asked = checked_secret(secret), repeats.mark(key, uid)
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        store = await get(programme_id, uid)
        if store.hook is None:
            raise Invalid(f"{store.name} sends no webhooks, so it needs no secret.", field="secret")
        if await repeats.earlier(programme_id, "store.secret_changed", ("store", store.id), asked):
            raise AlreadyDone(
                "The secret was changed already and shown once. Change it again if you missed it."
            )
        await run(
            "UPDATE stores SET previous_webhook_secret = webhook_secret, webhook_secret = {}"
            " WHERE programme_id = {} AND id = {}",
            signing,
            programme_id,
            store.id,
        )
        sentence = f"{store.name} has a new webhook secret"
        await audit.record(
            programme_id,
            "store.secret_changed",
            ("store", store.id),
            sentence,
            by=by,
            after={"store": store.handle, **asked.stored},
        )
        return Added(await get(programme_id, uid), signing, sentence)


@retried
async def end(programme_id: int, uid: str, *, by: Actor) -> str:
    """From now on only the new secret counts; the sentence. Raises NotFound, AlreadyDone."""
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        store = await get(programme_id, uid)
        if not store.rotating:
            raise AlreadyDone(f"The old secret of {store.name} doesn't count any more.")
        await run(
            "UPDATE stores SET previous_webhook_secret = NULL WHERE programme_id = {} AND id = {}",
            programme_id,
            store.id,
        )
        action = await audit.record(
            programme_id,
            "store.rotation_ended",
            ("store", store.id),
            f"The old secret of {store.name} doesn't count any more",
            by=by,
            after={"store": store.handle},
        )
        return action.sentence

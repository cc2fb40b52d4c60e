"""Which store a call is about: the key's own, the one it names, or the only one there is."""

from dataclasses import dataclass

from db.engine import rows
from loyalty.api_keys.reading import Caller
from loyalty.errors import Invalid, NotAllowed


@dataclass(frozen=True, slots=True)
class CallStore:
    """A store, by its inner id and the name that calls use."""

    id: int
    handle: str


async def store_of(by: Caller, handle: str = "") -> CallStore:
    """The store of a call. Raises NotAllowed for a key that is bound to another, Invalid when it must be named."""
    found = await rows("SELECT id, handle FROM stores WHERE programme_id = {} ORDER BY id", by.programme_id)
    there = [CallStore(row["id"], row["handle"]) for row in found]
    own = next((store for store in there if store.id == by.store_id), None)
    named = next((store for store in there if store.handle == handle), None)
    if own is not None:
        if handle and named != own:
            raise NotAllowed(f"This key speaks for the store “{own.handle}” only.")
        return own
    if named is not None:
        return named
    if not handle and len(there) == 1:
        return there[0]
    names = ", ".join(store.handle for store in there) or "none yet"
    raise Invalid(f"Name the store of this order. There are: {names}.", field="store")

"""Which store a file belongs to."""

from dataclasses import dataclass

from db.engine import rows
from db.enums import Platform
from loyalty.errors import Invalid
from loyalty.integrations import integration
from loyalty.integrations.cells import Reading
from loyalty.ledger.lifetimes import zone_of
from loyalty.programmes import Programme


@dataclass(frozen=True, slots=True)
class Store:
    """A sales channel, as imports need it."""

    id: int
    handle: str
    name: str
    platform: Platform


async def store_for(programme: Programme, platform: str, handle: str | None) -> Store:
    """The store named, or the only one of this platform. Raises Invalid saying which there are."""
    integration(platform)
    found = await rows(
        "SELECT id, handle, name, platform FROM stores WHERE programme_id = {} ORDER BY id", programme.id
    )
    stores = [Store(**{**row, "platform": Platform(row["platform"])}) for row in found]
    fitting = [
        store for store in stores if store.handle == handle or (handle is None and store.platform == platform)
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(store.handle for store in stores) or "none yet"
    if handle is not None:
        raise Invalid(
            f"There is no store “{handle}” in {programme.name}; its stores: {names}.", field="store"
        )
    which = "several stores" if fitting else "no store"
    raise Invalid(
        f"{programme.name} has {which} of {platform}; name one with --store ({names}).", field="store"
    )


def reading(programme: Programme, *, extra_columns: bool = False) -> Reading:
    """What a file leaves unsaid: amounts in the programme's currency, moments in its zone."""
    return Reading(currency=programme.currency, zone=zone_of(programme), extra_columns=extra_columns)

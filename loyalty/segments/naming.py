"""The name of a segment: short, and nobody else's."""

from db.engine import one
from loyalty.errors import Invalid
from loyalty.segments import footing, seeding

LONGEST = 60
_TAKEN = "SELECT id FROM segments WHERE programme_id = {} AND name = {} AND archived_at IS NULL AND id <> {}"


def tidy(name: str) -> str:
    """With single spaces. Raises Invalid for none and for one that is too long."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Invalid(f"Give it a name of at most {LONGEST} letters.", field="name")
    return name


async def refuse_taken(programme_id: int, name: str, *, besides: int = 0) -> None:
    """Raises Invalid where another segment that isn't archived has this name, or one every programme has."""
    usual = seeding.names_of((await footing.policy(programme_id)).map)
    if name in usual or await one(_TAKEN, programme_id, name, besides):
        raise Invalid(f"There is a segment called {name} already.", field="name")

"""The member whose portal anybody may open in the demo shop."""

from db.engine import value
from loyalty.errors import NotFound
from loyalty.settings import settings


async def demo_member(programme_id: int) -> int:
    """The customer's id. Raises NotFound unless this is a demo."""
    if not settings().demo:
        raise NotFound("This isn't a demo shop.")
    found = await value(
        "SELECT id FROM customers WHERE programme_id = {} AND type = 'member' AND first_name = 'Ines'"
        " ORDER BY id LIMIT 1",
        programme_id,
    )
    if found is None:
        raise NotFound("The demo shop has no members yet. Load it with: regulars demo")
    return int(found)

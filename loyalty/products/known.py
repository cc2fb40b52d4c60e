"""The categories there are."""

from db.engine import rows

MOST = 200


async def categories(programme_id: int) -> tuple[str, ...]:
    """The product categories that platforms told of, by name; at most 200."""
    found = await rows(
        "SELECT DISTINCT category FROM products WHERE programme_id = {} AND category <> ''"
        " ORDER BY category LIMIT {}",
        programme_id,
        MOST,
    )
    return tuple(row["category"] for row in found)

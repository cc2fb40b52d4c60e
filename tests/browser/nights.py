"""Two nights pass in a served demo shop while a story is told in the browser.

python -m tests.browser.nights      who entered a segment today has been in it for two nights
"""

import asyncio
from datetime import timedelta

from db.engine import connect, disconnect, run
from loyalty import clock
from loyalty.segments.refreshing import refresh
from loyalty.settings import settings

PROGRAMME = 1
DAY = timedelta(days=1)


async def pass_() -> None:
    """Entries of today move two days back and the last nights one, as if time had passed; then the night looks."""
    await connect(settings().database_url)
    try:
        now = clock.now()
        await run(
            "UPDATE segment_members SET since = {} WHERE programme_id = {} AND settled = false",
            now - 2 * DAY,
            PROGRAMME,
        )
        await run(
            "UPDATE segment_states SET night_at = {}, night_before_at = {} WHERE programme_id = {}",
            now - DAY,
            now - 2 * DAY,
            PROGRAMME,
        )
        await refresh(PROGRAMME, night=True)
    finally:
        await disconnect()


if __name__ == "__main__":
    asyncio.run(pass_())

"""What waits for a person's decision, counted on every page of the admin."""

from db.engine import one
from loyalty import clock
from loyalty.activities.referrals.matching import FLAGGED
from loyalty.approvals.listing import WAITS
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally

_WAITING = f"""SELECT
    (SELECT count(*) FROM (SELECT 1 FROM reviews r WHERE r.programme_id = {{0}} AND r.status = 'pending'
      LIMIT {CAP + 1}) capped) AS reviews,
    (SELECT count(*) FROM (SELECT 1 FROM referrals f WHERE f.programme_id = {{0}} AND {FLAGGED}
      LIMIT {CAP + 1}) capped) AS referrals,
    (SELECT count(*) FROM (SELECT 1 FROM approvals a WHERE a.programme_id = {{0}} AND {WAITS.format("{1}")}
      LIMIT {CAP + 1}) capped) AS approvals"""


async def waiting(programme_id: int) -> dict[str, Tally]:
    """How many `reviews`, flagged `referrals` and `approvals` wait, by the noun that decides; up to 1,000."""
    row = await one(_WAITING, programme_id, clock.now())
    assert row is not None
    return {noun: tally(count) for noun, count in row.items()}

"""Everybody of an audience gets a place in the campaign: left out and why, held back, or to be sent to. PRODUCT M3.

A part of the customers at a time, each in a transaction that also notes how far it is, so a worker that dies
loses at most one part. Who may get it is judged first and drawn after, so the arms are alike.
"""

from db.engine import atomic, insert_many, join_widely, retried, rows, run
from db.enums import Arm, CampaignState, RecipientState
from loyalty import clock
from loyalty.campaigns import audience, stored
from loyalty.campaigns.stored import Campaign
from loyalty.rules.campaigns.arms import arm
from loyalty.segments import scopes
from loyalty.segments.scopes import Scope
from loyalty.segments.statements import Statement

# In the order of the verdicts, so that everybody is judged, once, before the first place is written: what asks for
# other campaigns' messages would else read on through the places of this one.
_GATHER = Statement("""INSERT INTO campaign_recipients (programme_id, campaign_id, customer_id, segment_id, arm, state,
      reason, note)
    WITH j AS MATERIALIZED (SELECT x.customer_id, x.position, x.ways, x.why FROM ($$) x ORDER BY x.why, x.customer_id)
    SELECT CAST($$ AS BIGINT), CAST($$ AS BIGINT), j.customer_id, w.segment_id,
      CASE WHEN j.why = '' THEN 'treatment' END, CASE WHEN j.why = '' THEN 'waiting' ELSE 'left_out' END, j.why,
      CASE WHEN j.why = 'no_channel' THEN j.ways ELSE '' END
    FROM j LEFT JOIN campaign_segments w ON w.programme_id = $$ AND w.campaign_id = $$ AND w.excluded = false
      AND w.position = j.position
    WHERE 1 = 1 ON CONFLICT (programme_id, campaign_id, customer_id) DO NOTHING""")
_TO_DRAW = """SELECT r.customer_id FROM campaign_recipients r WHERE r.programme_id = {} AND r.campaign_id = {}
    AND r.state = 'waiting' AND r.customer_id > {} AND r.customer_id <= {}"""
_DRAWN = "(programme_id, campaign_id, customer_id) DO UPDATE SET arm = excluded.arm, state = excluded.state"

_STATES = {Arm.CONTROL: RecipientState.HELD, Arm.BROADCAST: RecipientState.WAITING}
"""Where somebody stands who isn't treated."""


@retried
async def gather(programme_id: int, campaign_id: int) -> bool:
    """Give the next part of the customers their places. False: everybody has one, or it isn't being sent.

    An automation brings its people itself, as something happens to them.
    """
    async with atomic():
        await join_widely()
        campaign = await stored.lock(programme_id, campaign_id)
        if campaign.gathered or campaign.automation_id or campaign.state is not CampaignState.SENDING:
            return False
        part = await scopes.part(programme_id, campaign.gathered_to or 0)
        if part is None:
            await run(
                "UPDATE campaigns SET gathered = true WHERE programme_id = {} AND id = {}",
                programme_id,
                campaign_id,
            )
            return False
        judged = audience.judged(programme_id, campaign, clock.now(), part)
        await _GATHER.run(judged, *(programme_id, campaign_id) * 2)
        await _draw(programme_id, campaign, part)
        await run(
            "UPDATE campaigns SET gathered_to = {} WHERE programme_id = {} AND id = {}",
            part.last,
            programme_id,
            campaign_id,
        )
        return True


async def _draw(programme_id: int, campaign: Campaign, part: Scope) -> None:
    found = await rows(_TO_DRAW, programme_id, campaign.id, part.after, part.last)
    drawn = [(row["customer_id"], arm(campaign.seed, row["customer_id"], campaign.shares)) for row in found]
    await insert_many(
        "campaign_recipients",
        ("programme_id", "campaign_id", "customer_id", "arm", "state"),
        [
            (programme_id, campaign.id, each, into.value, _STATES[into].value)
            for each, into in drawn
            if into is not Arm.TREATMENT
        ],
        on_conflict=_DRAWN,
    )

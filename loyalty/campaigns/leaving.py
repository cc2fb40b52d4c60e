"""What somebody did since an automation began for them, so that they get nothing of it: its exits. PRODUCT M5."""

from collections.abc import Sequence
from datetime import timedelta

from db.engine import loads, one, rows, value
from db.enums import Exit, LeftOut
from db.ids import first_id, moment_of
from loyalty.campaigns.stored import Campaign

_TERMS = "SELECT a.exits, a.segment_id FROM automations a WHERE a.programme_id = {} AND a.id = {}"
_SINCE = """SELECT r.customer_id, r.began,
      (SELECT max(o.id) FROM orders o WHERE o.programme_id = {} AND o.customer_id = r.customer_id
        AND o.status = 'paid' AND o.test = false) AS ordered,
      (SELECT max(i.id) FROM issued_rewards i WHERE i.programme_id = {} AND i.customer_id = r.customer_id
        AND i.source = 'redemption' AND i.status <> 'void') AS redeemed,
      (SELECT max(v.id) FROM reviews v WHERE v.programme_id = {} AND v.customer_id = r.customer_id) AS reviewed,
      EXISTS (SELECT 1 FROM segment_members m WHERE m.programme_id = {} AND m.segment_id = {}
        AND m.customer_id = r.customer_id) AS inside
    FROM automation_runs r WHERE r.programme_id = {} AND r.campaign_id = {} AND r.customer_id IN (@ids)"""
_INSTANT = timedelta(milliseconds=1)
"""The order that began it isn't one since."""


async def among(programme_id: int, campaign: Campaign, ids: Sequence[int]) -> dict[int, LeftOut]:
    """Those of `ids` who did since what keeps the automation from them. A campaign of its own has no exits."""
    if campaign.automation_id is None or not ids:
        return {}
    terms = await one(_TERMS, programme_id, campaign.automation_id)
    assert terms is not None
    exits = frozenset(Exit(each) for each in loads(terms["exits"]))
    if not exits:
        return {}
    p, marks = programme_id, ", ".join(["{}"] * len(ids))
    found = await rows(_SINCE.replace("@ids", marks), p, p, p, p, terms["segment_id"], p, campaign.id, *ids)
    left: dict[int, LeftOut] = {}
    for row in found:
        since = first_id(moment_of(row["began"]) + _INSTANT)
        did = {
            Exit.ORDERED: (row["ordered"] or 0) >= since,
            Exit.OUT_OF_SEGMENT: not row["inside"],
            Exit.REDEEMED: (row["redeemed"] or 0) >= since,
            Exit.REVIEWED: (row["reviewed"] or 0) >= since,
        }
        for each in Exit:
            if each in exits and did[each]:
                left.setdefault(row["customer_id"], LeftOut(each.value))
    return left


async def running(programme_id: int, campaign: Campaign) -> bool:
    """Whether this draft belongs to an automation that is switched on."""
    if campaign.automation_id is None:
        return False
    state = await value(
        "SELECT state FROM automations WHERE programme_id = {} AND id = {}",
        programme_id,
        campaign.automation_id,
    )
    return bool(state == "on")

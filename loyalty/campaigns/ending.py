"""Ending what a campaign gave and somebody hasn't used yet; `loyalty.batches` does it for everybody. PRODUCT M1, E4.

A price cut, a multiplier that no order used, an unused reward, and a bonus that no order counts towards yet.
Points that were given stay; codes of the shop's end in the shop. Whoever has its message still to come keeps what
it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import Row, atomic, retried, rows
from db.enums import CampaignState, OfferKind
from loyalty import audit, clock
from loyalty.audit import Action
from loyalty.bonuses import settling
from loyalty.bonuses import stored as bonuses
from loyalty.campaigns import measuring, stored
from loyalty.campaigns.stored import Campaign
from loyalty.customers.search import Condition
from loyalty.errors import AlreadyDone
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.multipliers import stored as multipliers
from loyalty.rewards import cuts, cutting
from loyalty.rewards import undoing as copies
from loyalty.rules.actors import Actor
from loyalty.rules.price_cuts import CutState

ENDS = (OfferKind.PRICE_CUT, OfferKind.MULTIPLIER, OfferKind.NTH_ORDER, OfferKind.REWARD)
"""What can be ended."""

_UNUSED = f"""SELECT g.kind, g.id, g.uid, g.customer_id FROM (
      SELECT '{OfferKind.PRICE_CUT}' AS kind, p.id, p.uid, p.customer_id, p.campaign_id FROM price_cuts p
      WHERE p.programme_id = {{}} AND p.campaign_id IN (@ids) AND p.ended_at IS NULL AND p.ends_at > {{}}
      UNION ALL SELECT '{OfferKind.MULTIPLIER}', m.id, m.uid, m.customer_id, m.campaign_id FROM multipliers m
      WHERE m.programme_id = {{}} AND m.campaign_id IN (@ids) AND m.status = 'waiting' AND m.valid_until > {{}}
      UNION ALL SELECT '{OfferKind.REWARD}', i.id, i.uid, i.customer_id, i.campaign_id FROM issued_rewards i
      WHERE i.programme_id = {{}} AND i.campaign_id IN (@ids) AND i.status IN ('outstanding', 'reserved')
        AND (i.expires_at IS NULL OR i.expires_at > {{}})
      UNION ALL SELECT '{OfferKind.NTH_ORDER}', b.id, b.uid, b.customer_id, b.campaign_id FROM order_bonuses b
      WHERE b.programme_id = {{}} AND b.campaign_id IN (@ids) AND b.status = 'waiting' AND b.valid_until > {{}}
        AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.programme_id = b.programme_id
          AND o.customer_id = b.customer_id AND {settling.COUNTS})) g
    WHERE NOT EXISTS (SELECT 1 FROM campaign_recipients w WHERE w.programme_id = {{}}
      AND w.campaign_id = g.campaign_id AND w.customer_id = g.customer_id AND w.state = 'waiting')"""

Ended = dict[OfferKind, list[Any]]
"""What was ended: the public ids of price cuts, the ids of the others."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A campaign, or by its draft an automation, with what it gives that can be ended."""

    campaign: Campaign
    kinds: tuple[OfferKind, ...]


async def endable(programme_id: int, uid: str) -> Ending:
    """The campaign, or by its draft the automation, if what it gave can be ended now.

    Raises NotFound, AlreadyDone while it still gives, or before it has begun.
    """
    campaign = await stored.find(programme_id, uid)
    parts = await measuring.parts(programme_id, campaign)
    if not parts:
        raise AlreadyDone(f"“{campaign.name}” hasn’t begun, so it gave nothing yet.")
    if any(each.state in (CampaignState.SCHEDULED, CampaignState.SENDING) for each in parts):
        raise AlreadyDone(f"“{campaign.name}” is still giving. Pause it first, then end what it gave.")
    return Ending(campaign, tuple(kind for kind in ENDS if any(each.offer.kind is kind for each in parts)))


async def who(programme_id: int, uid: str) -> Condition:
    """Which customers `c` have something of it that can be ended. Raises as `endable`."""
    sql, args = await _unused(programme_id, (await endable(programme_id, uid)).campaign, clock.now())
    return Condition(f"c.id IN (SELECT u.customer_id FROM ({sql}) u)", args)


@retried
async def end(programme_id: int, customer_id: int, uid: str, *, by: Actor) -> Action:
    """Take back from a customer what they haven't used of a campaign; undoing the action gives it back.

    Raises AlreadyDone where nothing is left of it, NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        campaign = await stored.find(programme_id, uid)
        sql, args = await _unused(programme_id, campaign, account.now)
        ended: Ended = {}
        for row in await rows(f"{sql} AND g.customer_id = {{}}", *args, customer_id):
            if await _end(account, row):
                kind = OfferKind(row["kind"])
                ended.setdefault(kind, []).append(row["uid" if kind is OfferKind.PRICE_CUT else "id"])
        if not ended:
            raise AlreadyDone("They have used it meanwhile, or it is over.")
        return await audit.record(
            programme_id,
            "campaign_offer.ended",
            ("campaign", campaign.id),
            f"{{customer}} doesn’t have what “{campaign.name}” gave any more",
            by=by,
            customer_id=customer_id,
            after={kind: len(ids) for kind, ids in ended.items()},
            undo={"noun": "campaigns", "campaign": campaign.id, "ended": ended},
        )


async def give_back(programme_id: int, action: Mapping[str, Any]) -> str:
    """Let a customer have again what was ended, in the caller's transaction; the sentence says so.

    Raises AlreadyDone where none of it is ended any more.
    """
    payload = action["undo"]
    account = await locked(programme_id, action["customer_id"])
    campaign = await stored.get(programme_id, payload["campaign"])
    back = [
        await _give_back(account, OfferKind(kind), mark)
        for kind, marks in payload["ended"].items()
        for mark in marks
    ]
    if not any(back):
        raise AlreadyDone("This has already happened.")
    return f"{account.customer_name} has what “{campaign.name}” gave again"


async def _end(account: Account, row: Row) -> bool:
    programme_id, now = account.programme.id, account.now
    match OfferKind(row["kind"]):
        case OfferKind.PRICE_CUT:
            found = await cuts.lock(programme_id, row["uid"])
            if found.cut.state(now) not in (CutState.PLANNED, CutState.RUNNING):
                return False
            await cutting.set_end(programme_id, row["uid"], now)
            return True
        case OfferKind.MULTIPLIER:
            return await multipliers.withdraw(programme_id, row["id"], now)
        case OfferKind.NTH_ORDER:
            return await bonuses.withdraw(programme_id, row["id"], now)
        case _:
            return await copies.void(programme_id, row["id"], now, reason="The offer was ended")


async def _give_back(account: Account, kind: OfferKind, mark: Any) -> bool:
    programme_id, now = account.programme.id, account.now
    match kind:
        case OfferKind.PRICE_CUT:
            found = await cuts.lock(programme_id, mark)
            await cutting.set_end(programme_id, mark, None)
            return found.state is CutState.ENDED
        case OfferKind.MULTIPLIER:
            return await multipliers.put_back(programme_id, mark)
        case OfferKind.NTH_ORDER:
            back = await bonuses.put_back(programme_id, mark)
            await settling.settle(account, news="")  # orders may have come in between
            return back
        case _:
            return await copies.put_back(programme_id, mark, now)


async def _unused(programme_id: int, campaign: Campaign, now: datetime) -> tuple[str, tuple[Any, ...]]:
    ids = [each.id for each in await measuring.parts(programme_id, campaign)]
    kind = (programme_id, *ids, now)
    return _UNUSED.replace("@ids", ", ".join(["{}"] * len(ids)) or "NULL"), (*kind * 4, programme_id)

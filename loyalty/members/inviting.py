"""A member's invitation: the link, what it gives, and how it went with whom. PRODUCT G1.

Of a friend a member reads the day and the outcome, never a name or an address: they typed neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import one, rows, snapshot
from db.enums import ReferralStatus
from loyalty import turning
from loyalty.referrals.policies import policy
from loyalty.rewards import catalogue

_MINE = """SELECT f.id, f.status, f.clicked_at, f.claimed_at, f.completed_at, f.lapses_at,
      (SELECT CAST(sum(e.points) AS BIGINT) FROM ledger_entries e WHERE e.programme_id = {{0}}
        AND e.customer_id = {{1}} AND e.referral_id = f.id) AS points
    FROM referrals f WHERE f.programme_id = {{0}} AND f.referrer_id = {{1}} AND f.status <> 'clicked'{where}
    ORDER BY f.id {order} LIMIT {limit}"""


@dataclass(frozen=True, slots=True)
class Inviting:
    """`gift` is the friend's, `points` and `reward` are the member's own, for a first order of `min_order_minor`."""

    code: str
    gift: str | None
    points: int
    reward: str | None
    min_order_minor: int
    lapses_after: timedelta


@dataclass(frozen=True, slots=True)
class Friend:
    """One invitation that was taken up. `points` is what the member got for it, less what was taken back."""

    status: ReferralStatus
    at: datetime
    lapses: datetime | None
    points: int


@dataclass(frozen=True, slots=True)
class Friends:
    """One page, newest first; `clicks` is how often the link was followed without more."""

    rows: tuple[Friend, ...]
    clicks: int
    previous: str | None
    next: str | None


async def inviting(programme_id: int, code: str) -> Inviting | None:
    """What the member's link gives; None while the programme has no referrals."""
    terms = await policy(programme_id)
    if not terms.enabled:
        return None
    names = [
        (await catalogue.get(programme_id, id_)).about.name if id_ else None
        for id_ in (terms.friend_reward_id, terms.referrer_reward_id)
    ]
    return Inviting(
        code=code,
        gift=names[0],
        points=terms.referrer_points,
        reward=names[1],
        min_order_minor=terms.min_order_minor,
        lapses_after=timedelta(days=terms.lapse_days),
    )


async def own(programme_id: int, customer_id: int) -> Inviting | None:
    """The invitation of one member."""
    row = await one(
        "SELECT referral_code FROM customers WHERE programme_id = {} AND id = {}", programme_id, customer_id
    )
    return await inviting(programme_id, row["referral_code"]) if row else None


async def friends(programme_id: int, customer_id: int, cursor: str | None = None) -> Friends:
    """Who took up the invitation. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int)
    sql = _MINE.format(
        where=f" AND f.id {turn.beyond} {{2}}" if turn.key else "", order=turn.order, limit=turn.limit
    )
    async with snapshot():
        found = await rows(sql, programme_id, customer_id, *(turn.key or ()))
        clicks = await one(
            "SELECT count(*) AS n FROM referrals WHERE programme_id = {} AND referrer_id = {} AND status = 'clicked'",
            programme_id,
            customer_id,
        )
    page = turn.page(found, lambda row: (row["id"],))
    return Friends(
        rows=tuple(
            Friend(
                ReferralStatus(row["status"]),
                row["claimed_at"] or row["clicked_at"],
                row["lapses_at"],
                row["points"] or 0,
            )
            for row in page.items
        ),
        clicks=clicks["n"] if clicks else 0,
        previous=page.previous,
        next=page.next,
    )

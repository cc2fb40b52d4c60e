"""Activities → Referrals as CSV: exactly what the filter lets through, however much it is (PRODUCT B2, D1)."""

from collections.abc import AsyncIterator

from db.engine import stream
from loyalty import programmes
from loyalty.activities.referrals.filters import ReferralFilter
from loyalty.activities.referrals.matching import matching
from loyalty.activities.referrals.reading import COLUMNS, JOINS, view
from loyalty.activities.referrals.views import ReferralView
from loyalty.exports.pieces import pieces
from loyalty.rules.days import zone

_HEADINGS = (
    "Began", "Status", "Referrer", "Referrer’s e-mail", "Friend", "Friend’s e-mail", "Claimed", "Lapses", "Completed",
    "Ended", "Why it ended", "Order", "Friend’s coupon", "Points", "Reward", "Taken back", "Score", "Evidence",
    "Referral", "Referrer id", "Friend id",
)  # fmt: skip

_ALL = f"SELECT {COLUMNS} FROM referrals f {JOINS} WHERE {{where}} ORDER BY f.id DESC"


async def csv(programme_id: int, wanted: ReferralFilter) -> AsyncIterator[str]:
    """Pieces of the file, newest first, on a connection of its own.

    Moments are in the programme's zone. No cell can be taken for a formula.
    """
    programme = await programmes.get(programme_id)
    here = zone(programme.time_zone)
    found = await matching(programme, wanted)
    found_rows = stream(_ALL.replace("{where}", found.where.sql), *found.where.args)
    lines = (_cells(view(row)) async for row in found_rows)
    async for piece in pieces(_HEADINGS, lines, here):
        yield piece


def _cells(each: ReferralView) -> tuple[object, ...]:
    friend = each.friend
    return (
        each.began,
        str(each.status),
        each.referrer.name,
        each.referrer.email,
        friend and friend.name,
        friend and friend.email,
        each.claimed,
        each.lapses,
        each.completed,
        each.ended,
        each.because,
        each.order,
        each.coupon,
        each.points,
        each.reward,
        None if each.kept else "yes",
        each.score or None,
        "; ".join(item.sentence for item in each.evidence) or None,
        each.uid,
        each.referrer.uid,
        friend and friend.uid,
    )

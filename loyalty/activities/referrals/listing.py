"""Activities → Referrals: one page of what the filter lets through, with counts (PRODUCT D1, G)."""

from db.engine import Row, rows, snapshot, value
from db.enums import ReferralStatus
from loyalty import programmes, turning
from loyalty.activities.referrals.filters import ReferralFilter, ReferralKind
from loyalty.activities.referrals.matching import FLAGGED, matching, within
from loyalty.activities.referrals.reading import COLUMNS, JOINS, view
from loyalty.activities.referrals.views import ReferralList
from loyalty.customers.search import Condition
from loyalty.customers.views import Tally
from loyalty.programmes import Programme

_PAGE = f"""SELECT {COLUMNS} FROM (SELECT f.id AS key FROM referrals f WHERE {{where}}
      ORDER BY f.id {{order}} LIMIT {{limit}}) k
    JOIN referrals f ON f.programme_id = {{0}} AND f.id = k.key
    {JOINS} ORDER BY f.id {{order}}"""


async def listing(programme_id: int, wanted: ReferralFilter, cursor: str | None = None) -> ReferralList:
    """One page, newest first. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        found = await matching(programme, wanted)
        counts = await _counts(programme, wanted, found.searched)
        place = Condition(f" AND f.id {turn.beyond} {{}}", turn.key) if turn.key else Condition("")
        sql = _PAGE.replace("{where}", found.where.sql + place.sql).replace("{order}", turn.order)
        page = turn.page(
            await rows(sql.replace("{limit}", str(turn.limit)), *found.where.args, *place.args),
            lambda row: (row["id"],),
        )
    everything = Tally(sum(counts[status] for status in ReferralStatus))
    by_kind = {kind: Tally(counts[kind]) for kind in ReferralKind}
    return ReferralList(
        rows=tuple(view(row) for row in page.items),
        everything=everything,
        by_kind=by_kind,
        found=by_kind[wanted.kind] if wanted.kind else everything,
        since=found.since,
        until=found.until,
        previous=page.previous,
        next=page.next,
    )


async def _counts(programme: Programme, wanted: ReferralFilter, searched: Condition) -> dict[str, int]:
    """By status, and under `flagged` what waits for a decision, each over the days its own list shows."""
    days = within(programme, wanted, None)
    counted: list[Row] = await rows(
        f"SELECT f.status, count(*) AS n FROM referrals f WHERE {days.sql} AND {searched.sql} GROUP BY f.status",
        *days.args,
        *searched.args,
    )
    waiting = within(programme, wanted, ReferralKind.FLAGGED)
    flagged = await value(
        f"SELECT count(*) FROM referrals f WHERE {waiting.sql} AND {FLAGGED} AND {searched.sql}",
        *waiting.args,
        *searched.args,
    )
    by_status = {row["status"]: row["n"] for row in counted}
    return {**dict.fromkeys(ReferralStatus, 0), **by_status, ReferralKind.FLAGGED: int(flagged)}

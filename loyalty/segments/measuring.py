"""The yardstick: what the shop as a whole sets for each of its customers (PRODUCT K1, K2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from db.engine import rows, value
from loyalty.customers.search import Condition
from loyalty.rules import segment_scores as scores
from loyalty.rules.segment_scores import BEST, FEW, TOP_SHARE, USUAL_GAP_DAYS, Cuts
from loyalty.segments.footing import Footing, Policy, Yardstick
from loyalty.segments.statements import Statement
from loyalty.segments.stored import Segment

# Worst first: the oldest order, the fewest days, the least money. Equal values have equal ranks.
RANKED = f"""WITH p AS (SELECT f.last_day, f.f_count, f.m_minor FROM segment_facts f
        WHERE f.programme_id = {{}} AND f.f_count > 0),
      scored AS (SELECT p.last_day, p.f_count, p.m_minor,
        1 + (RANK() OVER (ORDER BY p.last_day) - 1) * {BEST} / COUNT(*) OVER () AS r,
        1 + (RANK() OVER (ORDER BY p.f_count) - 1) * {BEST} / COUNT(*) OVER () AS f,
        1 + (RANK() OVER (ORDER BY p.m_minor) - 1) * {BEST} / COUNT(*) OVER () AS m FROM p)
    SELECT 'r' AS dimension, r AS score, min(last_day) AS least FROM scored GROUP BY r
    UNION ALL SELECT 'f', f, min(f_count) FROM scored GROUP BY f
    UNION ALL SELECT 'm', m, min(m_minor) FROM scored GROUP BY m"""
_PURCHASERS = (
    "SELECT count(*) FROM segment_facts f WHERE f.programme_id = {} AND f.ever_days > 0 AND f.f_count > 0"
)
_EVER = "SELECT count(*) FROM segment_facts f WHERE f.programme_id = {} AND f.ever_days > 0"
_EVER_TOP = """SELECT f.ever_minor FROM segment_facts f WHERE f.programme_id = {} AND f.ever_days > 0
    ORDER BY f.ever_minor DESC LIMIT 1 OFFSET {}"""
_GAPS = Statement("""SELECT g.gap, count(*) AS times FROM (
      SELECT d.day - lag(d.day) OVER (PARTITION BY d.customer_id ORDER BY d.day) AS gap
      FROM (SELECT DISTINCT o.customer_id, $$ AS day FROM orders o WHERE o.programme_id = $$
        AND o.customer_id IS NOT NULL AND o.status = 'paid' AND o.test = false AND o.id < $$) d) g
    WHERE g.gap IS NOT NULL GROUP BY g.gap""")
_WORTHS = """SELECT o.total_minor - o.refunded_minor AS minor, count(*) AS times FROM orders o
    WHERE o.programme_id = {} AND o.customer_id IS NOT NULL AND o.status = 'paid' AND o.test = false AND o.id < {}
    GROUP BY o.total_minor - o.refunded_minor"""
_BUYERS = "SELECT count(*) FROM segment_facts f WHERE f.programme_id = {} AND f.cltv_orders > 0"
_CLTV_TOP = """SELECT f.cltv_minor FROM segment_facts f WHERE f.programme_id = {} AND f.cltv_orders > 0
    ORDER BY f.cltv_minor DESC LIMIT 1 OFFSET {}"""
_MEMBERS = "SELECT count(*) FROM segment_facts f WHERE f.programme_id = {} AND f.member = true"
_BALANCE = """SELECT f.available FROM segment_facts f WHERE f.programme_id = {} AND f.member = true
    ORDER BY f.available LIMIT 1 OFFSET {}"""
_PRICE = """SELECT r.points_price FROM rewards r WHERE r.programme_id = {} AND r.status = 'active'
      AND r.redeemable = true AND r.points_price > 0 ORDER BY r.points_price LIMIT 2"""


async def measure(
    footing: Footing, policy: Policy, segments: Sequence[Segment], *, gaps: bool, values: bool
) -> Yardstick:
    """The yardstick at the footing's day. `gaps` and `values` False keep what it says of the shop's rhythm,
    and of R, F and M: nobody's whole days have changed since.
    """
    stick = footing.yardstick
    if gaps:
        stick = await _rhythm(footing, segments, stick)
    if values:
        stick = await _values(footing, policy, stick)
    return await _behaviour(footing, segments, stick)


async def _values(footing: Footing, policy: Policy, stick: Yardstick) -> Yardstick:
    p = footing.programme_id
    purchasers = await value(_PURCHASERS, p)
    ever = await value(_EVER, p)
    top = await value(_EVER_TOP, p, _place(ever, TOP_SHARE)) if ever else None
    stick = replace(stick, purchasers=purchasers, ever_top=top)
    if policy.fixed is not None:
        return replace(stick, scoring="fixed", cuts=policy.fixed, order_twice=None)
    if purchasers >= FEW:
        return replace(stick, scoring="rank", cuts=await _by_rank(footing), order_twice=None)
    worths = {row["minor"]: row["times"] for row in await rows(_WORTHS, p, footing.from_id(footing.today))}
    gap = stick.gap_twice if stick.gap_twice is not None else 2 * USUAL_GAP_DAYS
    order = scores.median_twice(worths)
    return replace(stick, scoring="scaled", cuts=scores.scaled(gap, order or 0), order_twice=order)


async def _by_rank(footing: Footing) -> Cuts:
    least: dict[str, dict[int, int]] = {"r": {}, "f": {}, "m": {}}
    for row in await rows(RANKED, footing.programme_id):
        least[row["dimension"]][row["score"]] = row["least"]
    two, three, four, five = (
        None if day is None else footing.day - day for day in scores.steps_of(least["r"])
    )
    return Cuts((two, three, four, five), scores.steps_of(least["f"]), scores.steps_of(least["m"]))


async def _rhythm(footing: Footing, segments: Sequence[Segment], stick: Yardstick) -> Yardstick:
    day = Condition(footing.day_sql("o.id"))
    found = await _GAPS.rows(day, footing.programme_id, footing.from_id(footing.today))
    counts = {row["gap"]: row["times"] for row in found}
    percents = {segment.threshold("gap_percent") for segment in segments} - {None}
    return replace(
        stick,
        gaps=sum(counts.values()),
        gap_twice=scores.median_twice(counts),
        gap_days={
            str(each): days
            for each in sorted(filter(None, percents))
            if (days := scores.percentile(counts, each)) is not None
        },
    )


async def _behaviour(footing: Footing, segments: Sequence[Segment], stick: Yardstick) -> Yardstick:
    p = footing.programme_id
    buyers, members = await value(_BUYERS, p), await value(_MEMBERS, p)
    prices = [row["points_price"] for row in await rows(_PRICE, p)]
    return replace(
        stick,
        cltv=await _least(
            p, _CLTV_TOP, segments, "top_percent", lambda each: _top_place(buyers, each), buyers
        ),
        balances=await _least(
            p,
            _BALANCE,
            segments,
            "balance_percent",
            lambda each: max(-(-each * members // 100) - 1, 0),
            members,
        ),
        price=prices[-1] if prices else None,
    )


async def _least(
    programme_id: int,
    sql: str,
    segments: Sequence[Segment],
    name: str,
    place: Callable[[int], int],
    total: int,
) -> Mapping[str, int]:
    percents = sorted(filter(None, {segment.threshold(name) for segment in segments}))
    if not total:
        return {}
    return {str(each): await value(sql, programme_id, place(each)) for each in percents}


def _place(total: int, share: int) -> int:
    """Where, from the top, the first `1/share` of everybody ends: as many are better as the share allows."""
    return max(-(-total // share) - 1, 0)


def _top_place(total: int, percent: int) -> int:
    return max(-(-total * percent // 100) - 1, 0)

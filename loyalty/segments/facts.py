"""What segments judge people by, one row for every guest and member, written set by set.

An order counts when it is paid and no test, on the day it was placed, with what is kept of its money; that
is also what the customers list counts. Who left has no row, and so is in no segment.
"""

from loyalty.customers.search import Condition
from loyalty.rules.segment_thresholds import MOST_VISITS, WEIGHTS
from loyalty.segments.footing import HALF_DAYS, QUARTER_DAYS, Footing
from loyalty.segments.scopes import Scope
from loyalty.segments.statements import Statement

_COLUMNS = (
    "first_day", "last_day", "f_count", "m_minor", "ever_days", "ever_minor", "days_mark", "latest_day", "orders_ever",
    "orders_year", "orders_half", "orders_quarter", "cltv_orders", "cltv_minor", "available", "points_earned",
    "points_redeemed", "first_points_day", "redeemed_day", "member", "engagement", "advocacy", "actions",
)  # fmt: skip
_MAYBE = frozenset({"first_day", "last_day", "latest_day", "first_points_day", "redeemed_day"})


def _differs(name: str) -> str:
    if name in _MAYBE:
        return f"coalesce(segment_facts.{name}, -1) <> coalesce(excluded.{name}, -1)"
    return f"segment_facts.{name} <> excluded.{name}"


_WRITE = f"""INSERT INTO segment_facts (programme_id, customer_id, {", ".join(_COLUMNS)})
    SELECT c.programme_id, c.id, o.first_day, o.last_day, coalesce(o.f_count, 0), coalesce(o.m_minor, 0),
      coalesce(o.ever_days, 0), coalesce(o.ever_minor, 0), coalesce(o.days_mark, 0), o.latest_day,
      coalesce(o.orders_ever, 0), coalesce(o.orders_year, 0), coalesce(o.orders_half, 0),
      coalesce(o.orders_quarter, 0), coalesce(o.cltv_orders, 0), coalesce(o.cltv_minor, 0),
      CASE WHEN c.type = 'member' THEN coalesce(l.available, 0) - coalesce(a.debt, 0) ELSE 0 END,
      coalesce(a.earned, 0), coalesce(a.redeemed, 0), e.first_day, i.redeemed_day, c.type = 'member',
      {WEIGHTS["order"]} * coalesce(o.orders_quarter, 0) + {WEIGHTS["redemption"]} * coalesce(i.quarter, 0)
        + {WEIGHTS["referral"]} * coalesce(r.quarter, 0) + {WEIGHTS["review"]} * coalesce(v.quarter, 0)
        + {WEIGHTS["answer"]} * coalesce(w.quarter, 0) + {WEIGHTS["click"]} * coalesce(k.quarter, 0)
        + {WEIGHTS["visit"]} * (CASE WHEN w.visits > {MOST_VISITS} THEN {MOST_VISITS} ELSE coalesce(w.visits, 0) END),
      coalesce(r.half, 0) + coalesce(v.half, 0),
      coalesce(r.half, 0) + coalesce(v.half, 0) + coalesce(w.half, 0)
    FROM customers c
    LEFT JOIN ($$) o ON o.customer_id = c.id
    LEFT JOIN accounts a ON a.programme_id = c.programme_id AND a.customer_id = c.id AND $$
    LEFT JOIN ($$) e ON e.customer_id = c.id
    LEFT JOIN ($$) l ON l.customer_id = c.id
    LEFT JOIN ($$) i ON i.customer_id = c.id
    LEFT JOIN ($$) r ON r.customer_id = c.id
    LEFT JOIN ($$) v ON v.customer_id = c.id
    LEFT JOIN ($$) w ON w.customer_id = c.id
    LEFT JOIN ($$) k ON k.customer_id = c.id
    WHERE c.programme_id = $$ AND $$ AND c.type <> 'left' AND c.merged_into IS NULL AND c.erased_at IS NULL
    ON CONFLICT (programme_id, customer_id) DO UPDATE SET
      {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
    WHERE {" OR ".join(map(_differs, _COLUMNS))}"""
WRITE = Statement(_WRITE)

# Day by day first: F counts days on which somebody bought, however often that day.
ORDERS = Statement("""SELECT d.customer_id,
      min(CASE WHEN d.day <= $$ THEN d.day END) AS first_day,
      max(CASE WHEN d.day <= $$ THEN d.day END) AS last_day,
      sum(CASE WHEN d.day >= $$ AND d.day <= $$ THEN 1 ELSE 0 END) AS f_count,
      CAST(sum(CASE WHEN d.day >= $$ AND d.day <= $$ THEN d.minor ELSE 0 END) AS BIGINT) AS m_minor,
      sum(CASE WHEN d.day <= $$ THEN 1 ELSE 0 END) AS ever_days,
      CAST(sum(CASE WHEN d.day <= $$ THEN d.minor ELSE 0 END) AS BIGINT) AS ever_minor,
      CAST(sum(CASE WHEN d.day <= $$ THEN d.day * d.day ELSE 0 END) AS BIGINT) AS days_mark,
      max(d.day) AS latest_day,
      CAST(sum(d.orders) AS BIGINT) AS orders_ever,
      CAST(sum(CASE WHEN d.day >= $$ THEN d.orders ELSE 0 END) AS BIGINT) AS orders_year,
      CAST(sum(CASE WHEN d.day >= $$ THEN d.orders ELSE 0 END) AS BIGINT) AS orders_half,
      CAST(sum(CASE WHEN d.day >= $$ THEN d.orders ELSE 0 END) AS BIGINT) AS orders_quarter,
      CAST(sum(CASE WHEN d.day >= $$ THEN d.orders ELSE 0 END) AS BIGINT) AS cltv_orders,
      CAST(sum(CASE WHEN d.day >= $$ THEN d.minor ELSE 0 END) AS BIGINT) AS cltv_minor
    FROM (SELECT o.customer_id, $$ AS day, count(*) AS orders, sum(o.total_minor - o.refunded_minor) AS minor
      FROM orders o WHERE o.programme_id = $$ AND $$ AND o.status = 'paid' AND o.test = false AND o.id < $$
      GROUP BY 1, 2) d GROUP BY d.customer_id""")
_FIRST = Statement("""SELECT e.customer_id, $$ AS first_day FROM ledger_entries e
    WHERE e.programme_id = $$ AND $$ AND e.seq = 1""")
_LOTS = Statement("""SELECT l.customer_id, CAST(sum(l.remaining) AS BIGINT) AS available FROM lots l
    WHERE l.programme_id = $$ AND $$ AND l.remaining > 0 AND l.available_at < $$
      AND (l.lapses_at IS NULL OR l.lapses_at >= $$) GROUP BY l.customer_id""")
_REDEMPTIONS = Statement("""SELECT i.customer_id, sum(CASE WHEN i.id >= $$ THEN 1 ELSE 0 END) AS quarter,
      $$ AS redeemed_day
    FROM issued_rewards i WHERE i.programme_id = $$ AND $$ AND i.source = 'redemption' AND i.status <> 'void'
      AND i.id < $$ GROUP BY i.customer_id""")
_REFERRALS = Statement("""SELECT r.referrer_id AS customer_id,
      sum(CASE WHEN r.completed_at >= $$ THEN 1 ELSE 0 END) AS quarter, count(*) AS half
    FROM referrals r WHERE r.programme_id = $$ AND $$ AND r.status = 'completed' AND r.completed_at >= $$
      AND r.completed_at < $$ GROUP BY r.referrer_id""")
_REVIEWS = Statement("""SELECT v.customer_id, sum(CASE WHEN v.submitted_at >= $$ THEN 1 ELSE 0 END) AS quarter,
      count(*) AS half
    FROM reviews v WHERE v.programme_id = $$ AND $$ AND v.status = 'approved' AND v.submitted_at >= $$
      AND v.submitted_at < $$ GROUP BY v.customer_id""")
# Every other action shows in the ledger by the rule that paid it.
_ACTIONS = Statement("""SELECT e.customer_id,
      sum(CASE WHEN e.id >= $$ AND g.trigger IN ('quiz', 'poll', 'challenge') THEN 1 ELSE 0 END) AS quarter,
      count(DISTINCT CASE WHEN e.id >= $$ AND g.trigger = 'visit' THEN $$ END) AS visits,
      sum(CASE WHEN g.trigger <> 'visit' THEN 1 ELSE 0 END) AS half
    FROM ledger_entries e
    JOIN earning_rule_versions x ON x.programme_id = e.programme_id AND x.id = e.rule_version_id
    JOIN earning_rules g ON g.programme_id = x.programme_id AND g.id = x.rule_id
    WHERE e.programme_id = $$ AND $$ AND e.id >= $$ AND e.id < $$ AND e.kind = 'earn_action'
      AND g.trigger IN ('quiz', 'poll', 'challenge', 'social_share', 'profile', 'visit')
      AND NOT EXISTS (SELECT 1 FROM ledger_entries u WHERE u.programme_id = e.programme_id AND u.reverses_id = e.id)
    GROUP BY e.customer_id""")
# Once a campaign: programs that look at mails before their readers do follow every link.
_CLICKS = Statement("""SELECT k.customer_id, count(DISTINCT k.campaign_id) AS quarter FROM campaign_clicks k
    WHERE k.programme_id = $$ AND $$ AND k.id >= $$ AND k.id < $$ GROUP BY k.customer_id""")
_FORGET = Statement("""DELETE FROM segment_facts WHERE programme_id = $$ AND $$ AND customer_id IN (
    SELECT c.id FROM customers c WHERE c.programme_id = $$ AND $$
      AND (c.type = 'left' OR c.merged_into IS NOT NULL OR c.erased_at IS NOT NULL))""")


async def write(footing: Footing, scope: Scope) -> None:
    """Bring the facts of these people to what is known at the footing's day; what is right stays unwritten."""
    p = footing.programme_id
    quarter, half, before = footing.ago(QUARTER_DAYS), footing.ago(HALF_DAYS), footing.before
    end = footing.before_at
    await WRITE.run(
        orders(footing, scope),
        scope.on("a.customer_id"),
        _FIRST.filled(Condition(footing.day_sql("e.id")), p, scope.on("e.customer_id")),
        _LOTS.filled(p, scope.on("l.customer_id"), footing.tomorrow_at, footing.tomorrow_at),
        _REDEMPTIONS.filled(
            footing.from_id(quarter), Condition(footing.day_sql("max(i.id)")), p, scope.on("i.customer_id"), before
        ),
        _REFERRALS.filled(footing.at(quarter), p, scope.on("r.referrer_id"), footing.at(half), end),
        _REVIEWS.filled(footing.at(quarter), p, scope.on("v.customer_id"), footing.at(half), end),
        _ACTIONS.filled(
            footing.from_id(quarter),
            footing.from_id(quarter),
            Condition(footing.day_sql("e.id")),
            p,
            scope.on("e.customer_id"),
            footing.from_id(half),
            before,
        ),
        _CLICKS.filled(p, scope.on("k.customer_id"), footing.from_id(quarter), before),
        p,
        scope.on("c.id"),
    )  # fmt: skip
    await _FORGET.run(p, scope.on("customer_id"), p, scope.on("c.id"))


def orders(footing: Footing, scope: Scope) -> Condition:
    """What each of these people bought, as one statement."""
    day, since = footing.day, footing.window_from
    return ORDERS.filled(
        day, day, since, day, since, day, day, day, day, footing.year_from, footing.ago(HALF_DAYS),
        footing.ago(QUARTER_DAYS), footing.cltv_from, footing.cltv_from, Condition(footing.day_sql("o.id")),
        footing.programme_id, scope.on("o.customer_id"), footing.before,
    )  # fmt: skip

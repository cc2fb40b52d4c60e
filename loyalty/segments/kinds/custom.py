"""Segments a shop builds: its tree as one condition, decided by the engine for everybody at once (PRODUCT K4).

Every condition is true or false of everybody, never unknown, so that “none of” means what it says.
"""

import json
from collections.abc import Callable
from datetime import datetime

from db.engine import is_sqlite
from loyalty.customers.search import Condition
from loyalty.rules import segment_trees as trees
from loyalty.rules.segment_declarations import THIS_MONTH
from loyalty.rules.segment_trees import Choice, Compare, Joins, Node, Number
from loyalty.segments import days
from loyalty.segments.footing import Footing
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.stored import Segment

_COMPARED = {Compare.AT_LEAST: ">=", Compare.AT_MOST: "<=", Compare.EXACTLY: "="}
_TIER = """EXISTS (SELECT 1 FROM customer_tiers x JOIN tiers t ON t.programme_id = x.programme_id AND t.id = x.tier_id
    WHERE x.programme_id = f.programme_id AND x.customer_id = f.customer_id AND t.uid = {})"""
_TAG = """EXISTS (SELECT 1 FROM customer_tags x WHERE x.programme_id = f.programme_id
    AND x.customer_id = f.customer_id AND x.tag = {})"""
_STORE = """EXISTS (SELECT 1 FROM orders o JOIN stores s ON s.programme_id = o.programme_id AND s.id = o.store_id
    WHERE o.programme_id = f.programme_id AND o.customer_id = f.customer_id AND o.status = 'paid' AND o.test = false
      AND o.id < {} AND s.uid = {})"""
_PREFERENCE = """EXISTS (SELECT 1 FROM preference_choices x WHERE x.programme_id = f.programme_id
    AND x.question_key = {} AND x.option_key = {} AND x.customer_id = f.customer_id)"""
# Lists are judged last, so whoever is put on one is read from the list itself.
_SEGMENT = """EXISTS (SELECT 1 FROM segments s WHERE s.programme_id = f.programme_id AND s.uid = {}
    AND s.archived_at IS NULL AND ((s.kind <> 'static' AND EXISTS (SELECT 1 FROM segment_members x
        WHERE x.programme_id = s.programme_id AND x.segment_id = s.id AND x.customer_id = f.customer_id))
      OR (s.kind = 'static' AND EXISTS (SELECT 1 FROM segment_listed x
        WHERE x.programme_id = s.programme_id AND x.segment_id = s.id AND x.customer_id = f.customer_id))))"""
_ORDERS = """o.programme_id = f.programme_id AND o.customer_id = f.customer_id AND o.status = 'paid'
    AND o.test = false AND o.id >= {} AND o.id < {}"""
_LINE = "l.programme_id = o.programme_id AND l.order_id = o.id AND l.kind IN ('product', 'gift_card')"
_TAGGED_SQLITE = "EXISTS (SELECT 1 FROM json_each(l.tags) g WHERE g.value = {})"
_TAGGED_POSTGRES = "l.tags @> CAST({} AS JSONB)"


def belongs(segment: Segment, footing: Footing) -> Belongs:
    return Belongs(
        compiled(trees.of(segment.definition["tree"]), footing),
        (
            ("orders_ever", "f.orders_ever"),
            ("days_ago", f"{footing.today} - f.latest_day"),
            ("available", "f.available"),
        ),
    )


def compiled(node: Node, at: Footing) -> Condition:
    """The tree as one condition over `f` and `c`."""
    if isinstance(node, Choice):
        return _choice(node, at)
    if isinstance(node, Number):
        return _number(node, at)
    parts = [compiled(part, at) for part in node.parts]
    word = " AND " if node.joins is Joins.ALL else " OR "
    sql = f"({word.join(part.sql for part in parts)})"
    return Condition(
        f"NOT {sql}" if node.joins is Joins.NONE else sql, tuple(arg for part in parts for arg in part.args)
    )


def _choice(choice: Choice, at: Footing) -> Condition:
    match choice.fact:
        case "type":
            return Condition("c.type = {}", (choice.is_,))
        case "tier":
            return Condition(_TIER, (choice.is_,))
        case "tag":
            return Condition(_TAG, (choice.is_,))
        case "store":
            return Condition(_STORE, (at.before, choice.is_))
        case "birthday":
            month = days.day_of(at.today).month if choice.is_ == str(THIS_MONTH) else int(choice.is_)
            return Condition("coalesce(c.birth_month = {}, false)", (month,))
        case "mail":
            return Condition("c.accepts_email = {}", (choice.is_ == "yes",))
        case "segment":
            return Condition(_SEGMENT, (choice.is_,))
        case _:
            # A quiz's own key has a colon, too; its outcome's hasn't.
            question, _, option = choice.is_.rpartition(":")
            return Condition(_PREFERENCE, (question, option))


def _number(number: Number, at: Footing) -> Condition:
    if number.fact == "joined":
        return _joined(number, at)
    counted = _COUNTED[number.fact](number, at)
    return Condition(
        f"coalesce({counted.sql}, 0) {_COMPARED[number.compare]} {{}}", (*counted.args, number.number)
    )


def _joined(number: Number, at: Footing) -> Condition:
    """So many days ago: 0 is today. Whoever never joined fits none of them."""
    day = at.today - number.number
    since, until = (at.at(day),), (at.at(day + 1),)
    match number.compare:
        case Compare.AT_LEAST:
            return Condition("coalesce(c.joined_at < {}, false)", until)
        case Compare.AT_MOST:
            return Condition("coalesce(c.joined_at >= {}, false)", since)
        case Compare.EXACTLY:
            return Condition("coalesce(c.joined_at >= {} AND c.joined_at < {}, false)", (*since, *until))


def _joined_on(number: Number, at: Footing) -> Condition:
    return Condition(
        "CASE WHEN c.joined_at >= {} AND c.joined_at < {} THEN 1 ELSE 0 END",
        (at.at(_since(number, at)), _until_at(number, at)),
    )


def _points(number: Number, at: Footing) -> Condition:
    return Condition("f.available")


def _expiring(number: Number, at: Footing) -> Condition:
    """As a customer's balance tells it: the day that holds, or the one that is meant while nobody was told."""
    assert number.days is not None, "it needs days"
    return Condition(
        """(SELECT CAST(sum(l.remaining) AS BIGINT) FROM lots l WHERE l.programme_id = f.programme_id
        AND l.customer_id = f.customer_id AND l.remaining > 0 AND coalesce(l.lapses_at, l.expires_at) >= {}
        AND coalesce(l.lapses_at, l.expires_at) < {})""",
        (at.at(at.today), at.at(at.today + number.days + 1)),
    )


def _orders(number: Number, at: Footing) -> Condition:
    if number.is_ever:
        return Condition("f.orders_ever")
    return Condition(f"(SELECT count(*) FROM orders o WHERE {_ORDERS})", _span(number, at))


def _spent(number: Number, at: Footing) -> Condition:
    return Condition(
        f"(SELECT CAST(sum(o.total_minor - o.refunded_minor) AS BIGINT) FROM orders o WHERE {_ORDERS})",
        _span(number, at),
    )


def _with_line(number: Number, at: Footing) -> Condition:
    matching = _matching(number)
    return Condition(
        f"(SELECT count(*) FROM orders o WHERE {_ORDERS} AND EXISTS (SELECT 1 FROM order_lines l"
        f" WHERE {_LINE} AND {matching.sql}))",
        (*_span(number, at), *matching.args),
    )


def _on_lines(number: Number, at: Footing) -> Condition:
    """What such lines cost; a refund isn't of a line, so it doesn't count here."""
    matching = _matching(number)
    # Order by order: joined, SQLite would read every line of the shop for each person.
    return Condition(
        "(SELECT CAST(sum((SELECT sum(l.total_minor) FROM order_lines l"
        f" WHERE {_LINE} AND {matching.sql})) AS BIGINT) FROM orders o WHERE {_ORDERS})",
        (*matching.args, *_span(number, at)),
    )


def _matching(number: Number) -> Condition:
    match number.fact.rpartition("_")[2]:
        case "product":
            return Condition("{} IN (l.product_id, l.sku, l.title)", (number.of,))
        case "category":
            return Condition("l.category = {}", (number.of,))
        case _:
            tag = number.of if is_sqlite() else json.dumps([number.of])
            return Condition(_TAGGED_SQLITE if is_sqlite() else _TAGGED_POSTGRES, (tag,))


def _redemptions(number: Number, at: Footing) -> Condition:
    return Condition(
        """(SELECT count(*) FROM issued_rewards i WHERE i.programme_id = f.programme_id
        AND i.customer_id = f.customer_id AND i.source = 'redemption' AND i.status <> 'void'
        AND i.id >= {} AND i.id < {})""",
        _span(number, at),
    )


def _referrals(number: Number, at: Footing) -> Condition:
    return Condition(
        """(SELECT count(*) FROM referrals r WHERE r.programme_id = f.programme_id
        AND r.referrer_id = f.customer_id AND r.status = 'completed' AND r.completed_at >= {}
        AND r.completed_at < {})""",
        (at.at(_since(number, at)), _until_at(number, at)),
    )


def _reviews(number: Number, at: Footing) -> Condition:
    return Condition(
        """(SELECT count(*) FROM reviews v WHERE v.programme_id = f.programme_id
        AND v.customer_id = f.customer_id AND v.status = 'approved' AND v.submitted_at >= {}
        AND v.submitted_at < {})""",
        (at.at(_since(number, at)), _until_at(number, at)),
    )


def _campaigns(number: Number, at: Footing) -> Condition:
    return Condition(
        """(SELECT count(*) FROM campaign_recipients k WHERE k.programme_id = f.programme_id
        AND k.customer_id = f.customer_id AND k.state IN ('posted', 'delivered') AND k.posted_at >= {}
        AND k.posted_at < {})""",
        (at.at(_since(number, at)), _until_at(number, at)),
    )


_COUNTED: dict[str, Callable[[Number, Footing], Condition]] = {
    "points": _points,
    "joined_on": _joined_on,
    "expiring": _expiring,
    "orders": _orders,
    "spent": _spent,
    "orders_product": _with_line,
    "orders_category": _with_line,
    "orders_tag": _with_line,
    "spent_product": _on_lines,
    "spent_category": _on_lines,
    "spent_tag": _on_lines,
    "redemptions": _redemptions,
    "referrals": _referrals,
    "reviews": _reviews,
    "campaigns": _campaigns,
}


def _since(number: Number, at: Footing) -> int:
    """The first day that counts: today and the `days` before it, a date, or all there ever were."""
    if number.first is not None:
        return days.number(number.first)
    return 0 if number.days is None else at.ago(number.days)


def _until_at(number: Number, at: Footing) -> datetime:
    """The moment from which on nothing counts."""
    return at.before_at if number.last is None else min(at.before_at, at.at(days.number(number.last) + 1))


def _span(number: Number, at: Footing) -> tuple[int, int]:
    """The first id that counts, and the first that doesn't any more."""
    since = _since(number, at)
    until = at.before if number.last is None else min(at.before, at.from_id(days.number(number.last) + 1))
    return at.from_id(since) if since else 0, until

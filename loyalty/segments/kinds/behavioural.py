"""Behavioural segments: each a condition over the facts, by its thresholds and the yardstick (PRODUCT K2)."""

from collections.abc import Callable

from loyalty.customers.search import Condition
from loyalty.rules.segment_thresholds import lapse
from loyalty.segments.footing import Footing, Yardstick
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.stored import Segment

Facts = tuple[tuple[str, str], ...]

_NOBODY = Condition("1 = 0")


def belongs(segment: Segment, footing: Footing) -> Belongs:
    """Raises KeyError for a rule there isn't; definitions are checked when they are saved."""
    return _RULES[segment.definition["rule"]](segment.definition, footing)


def lapse_days(definition: dict[str, int], stick: Yardstick) -> int:
    """The days without an order after which a loyal customer of this shop is at risk."""
    gap = stick.gap_days.get(str(definition["gap_percent"]))
    return lapse(gap, stick.gaps, definition["fallback_days"])


def savers_from(definition: dict[str, int], stick: Yardstick) -> int | None:
    """The points from which somebody counts as saving; None where nobody has any."""
    balance = stick.balances.get(str(definition["balance_percent"]))
    known = [each for each in (balance, stick.price) if each is not None]
    return max(1, *known) if known else None


def _vips(t: dict[str, int], at: Footing) -> Belongs:
    facts: Facts = (
        ("cltv_minor", "f.cltv_minor"),
        ("cltv_from", _number(_top(t, at))),
        ("orders_year", "f.orders_year"),
        ("orders_ever", "f.orders_ever"),
        ("days_ago", f"{at.today} - f.latest_day"),
        ("engagement", "f.engagement"),
    )
    least = _top(t, at)
    if least is None:
        return Belongs(_NOBODY, facts)
    return Belongs(
        Condition(
            "f.cltv_orders > 0 AND f.cltv_minor >= {} AND (f.orders_year >= {} OR f.orders_ever >= {})"
            " AND (f.latest_day >= {} OR f.engagement >= {})",
            (least, t["orders_year"], t["orders_ever"], at.ago(t["active_days"]), t["engagement"]),
        ),
        facts,
    )


def _at_risk_loyals(t: dict[str, int], at: Footing) -> Belongs:
    days, least = lapse_days(t, at.yardstick), _top(t, at)
    facts: Facts = (
        ("cltv_minor", "f.cltv_minor"),
        ("cltv_from", _number(least)),
        ("orders_ever", "f.orders_ever"),
        ("days_ago", f"{at.today} - f.latest_day"),
        ("lapse_days", str(days)),
    )
    if least is None:
        return Belongs(_NOBODY, facts)
    return Belongs(
        Condition(
            "f.cltv_orders > 0 AND f.cltv_minor >= {} AND f.orders_ever >= {}"
            " AND f.latest_day <= {} AND f.latest_day >= {}",
            (least, t["orders_ever"], at.ago(days), at.ago(days + t["gone_after"])),
        ),
        facts,
    )


def _points_savers(t: dict[str, int], at: Footing) -> Belongs:
    least = savers_from(t, at.yardstick)
    facts: Facts = (
        ("available", "f.available"),
        ("available_from", _number(least)),
        ("points_earned", "f.points_earned"),
        ("points_redeemed", "f.points_redeemed"),
        ("redeemed_days_ago", f"{at.today} - f.redeemed_day"),
        ("points_days_ago", f"{at.today} - f.first_points_day"),
    )
    if least is None:
        return Belongs(_NOBODY, facts)
    return Belongs(
        Condition(
            "f.member = true AND f.available >= {} AND f.points_redeemed * 100 <= f.points_earned * {}"
            " AND (f.redeemed_day IS NULL OR f.redeemed_day < {}) AND f.first_points_day <= {}",
            (least, t["redeemed_percent"], at.ago(t["quiet_days"]), at.ago(t["points_days"])),
        ),
        facts,
    )


def _new_enthusiasts(t: dict[str, int], at: Footing) -> Belongs:
    return Belongs(
        Condition(
            "f.member = true AND c.joined_at >= {} AND c.joined_at < {}"
            " AND (f.orders_ever = {} OR (f.orders_ever = 0 AND c.joined_at >= {}))",
            (
                at.at(at.ago(t["joined_days"])),
                at.before_at,
                t["orders"],
                at.at(at.ago(t["grace_days"])),
            ),
        ),
        (("orders_ever", "f.orders_ever"),),
    )


def _engaged_advocates(t: dict[str, int], at: Footing) -> Belongs:
    least = _top(t, at)
    below = Condition("f.cltv_minor < {}", (least,)) if least is not None else Condition("1 = 1")
    return Belongs(
        Condition(
            "f.actions >= {} AND f.advocacy >= {} AND f.actions * 100 >= (f.actions + f.orders_half) * {}"
            f" AND (f.cltv_orders = 0 OR {below.sql})",
            (t["actions"], t["advocacy"], t["share_percent"], *below.args),
        ),
        (
            ("actions", "f.actions"),
            ("advocacy", "f.advocacy"),
            ("orders_half", "f.orders_half"),
            ("cltv_minor", "f.cltv_minor"),
            ("cltv_below", _number(least)),
        ),
    )


_RULES: dict[str, Callable[[dict[str, int], Footing], Belongs]] = {
    "vips": _vips,
    "at_risk_loyals": _at_risk_loyals,
    "points_savers": _points_savers,
    "new_enthusiasts": _new_enthusiasts,
    "engaged_advocates": _engaged_advocates,
}


def _top(definition: dict[str, int], at: Footing) -> int | None:
    return at.yardstick.cltv.get(str(definition["top_percent"]))


def _number(number: int | None) -> str:
    return "NULL" if number is None else str(number)

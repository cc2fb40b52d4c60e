"""Why an entry is what it is, as a sentence for staff, from what was stored with it (PRODUCT B5, D2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from db.enums import EntryKind
from loyalty.rules import money
from loyalty.rules.codes import format_code


def why(
    kind: EntryKind,
    breakdown: Mapping[str, Any],
    *,
    currency: str,
    code: str | None = None,
    credited_on: date | None = None,
) -> str | None:
    """The sentence, or None where the kind says it all.

    `breakdown` is the entry's own, `code` the reward's, `credited_on` the day whose points expired.
    """
    match kind:
        case EntryKind.EARN_ORDER:
            return _earned(breakdown)
        case EntryKind.EARN_ACTION:
            return breakdown.get("rule")
        case EntryKind.TIER_REWARD:
            return f"for reaching {breakdown['tier']}" if "tier" in breakdown else None
        case EntryKind.CAMPAIGN:
            return _given(breakdown)
        case EntryKind.REDEEM | EntryKind.REDEEM_REVERSAL:
            return _redeemed(breakdown, code)
        case EntryKind.REFUND_CLAWBACK | EntryKind.CLAWBACK_REVERSAL:
            return _refunded(breakdown, currency)
        case EntryKind.EXPIRE if credited_on is not None:
            return f"earned {credited_on.day} {credited_on:%B %Y}"
        case _:
            return None


def _earned(breakdown: Mapping[str, Any]) -> str | None:
    rules = [rule for rule in breakdown.get("rules", ()) if rule["points"]]
    if not rules:
        return None
    alone = len(rules) == 1
    told = ", ".join(rule["name"] if alone else f"{rule['points']:,} from “{rule['name']}”" for rule in rules)
    percent = breakdown.get("multiplier_percent", 100)
    more = [f"×{_times(percent)}"] if percent != 100 else []
    return ", ".join([told, *more, *breakdown.get("multipliers", ())])


def _given(breakdown: Mapping[str, Any]) -> str | None:
    if "campaign" not in breakdown:
        return None
    with_order = f", with order {breakdown['order']}" if "order" in breakdown else ""
    return f"“{breakdown['campaign']}”{with_order}"


def _redeemed(breakdown: Mapping[str, Any], code: str | None) -> str | None:
    parts = [f"code {format_code(code)}"] if code else []
    if breakdown.get("cut_percent"):
        parts.append(f"{breakdown['cut_percent']}% off {breakdown['list_points']:,}")
    elif breakdown.get("cut"):
        parts.append(f"instead of {breakdown['list_points']:,}")
    return ", ".join(parts) or None


def _refunded(breakdown: Mapping[str, Any], currency: str) -> str | None:
    if "campaign" in breakdown:
        return f"the bonus of “{breakdown['campaign']}”"
    if "refunded_minor" not in breakdown:
        return None
    back, total = (money.plain(breakdown[name], currency) for name in ("refunded_minor", "total_minor"))
    return f"{back} of {total} {currency} refunded"


def _times(percent: int) -> str:
    whole, rest = divmod(percent, 100)
    return f"{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")

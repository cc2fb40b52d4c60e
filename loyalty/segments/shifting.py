"""Who stands between an old line and a new one: only they can change segments by what others did."""

from collections.abc import Iterator, Sequence

from db.enums import SegmentKind
from loyalty.customers.search import Condition
from loyalty.rules.segment_scores import Steps
from loyalty.segments.footing import Footing, Yardstick
from loyalty.segments.kinds.behavioural import lapse_days, savers_from
from loyalty.segments.statements import Statement
from loyalty.segments.stored import Segment

MOST = 5_000
"""More than so many are everybody."""

_BETWEEN = Statement(
    f"SELECT f.customer_id FROM segment_facts f WHERE f.programme_id = $$ AND $$ LIMIT {MOST + 1}"
)


async def shifted(old: Footing, new: Footing, segments: Sequence[Segment]) -> tuple[int, ...] | None:
    """The customers a changed yardstick may move; None for everybody."""
    found: set[int] = set()
    for condition in _lines(old, new, segments):
        found.update(row["customer_id"] for row in await _BETWEEN.rows(old.programme_id, condition))
        if len(found) > MOST:
            return None
    return tuple(found)


def _lines(old: Footing, new: Footing, segments: Sequence[Segment]) -> Iterator[Condition]:
    was, is_ = old.yardstick, new.yardstick
    bought = "f.ever_days > 0 AND "
    yield from _steps(bought + "f.last_day", _days(old, was.cuts.r), _days(new, is_.cuts.r))
    yield from _steps(bought + "f.f_count", was.cuts.f, is_.cuts.f)
    yield from _steps(bought + "f.m_minor", was.cuts.m, is_.cuts.m)
    yield from _steps("f.ever_days > 0 AND f.f_count = 0 AND f.ever_days", was.cuts.f, is_.cuts.f)
    yield from _steps("f.ever_days > 0 AND f.f_count = 0 AND f.ever_minor", was.cuts.m, is_.cuts.m)
    yield from _line(bought + "f.ever_minor", was.ever_top, is_.ever_top)
    for percent in was.cltv.keys() | is_.cltv.keys():
        yield from _line("f.cltv_orders > 0 AND f.cltv_minor", was.cltv.get(percent), is_.cltv.get(percent))
    for segment in segments:
        if segment.kind is SegmentKind.BEHAVIOURAL:
            yield from _rule(segment, new, was, is_)


def _rule(segment: Segment, at: Footing, was: Yardstick, is_: Yardstick) -> Iterator[Condition]:
    rule = segment.definition
    if rule["rule"] == "points_savers":
        yield from _line("f.member = true AND f.available", savers_from(rule, was), savers_from(rule, is_))
    elif rule["rule"] == "at_risk_loyals":
        before, now = lapse_days(rule, was), lapse_days(rule, is_)
        for also in (0, rule["gone_after"]):
            yield from _line("f.latest_day", at.ago(before + also), at.ago(now + also))


def _steps(column: str, old: Steps, new: Steps) -> Iterator[Condition]:
    for was, is_ in zip(old, new, strict=True):
        yield from _line(column, was, is_)


def _line(column: str, old: int | None, new: int | None) -> Iterator[Condition]:
    """Whoever is on another side of the line now; None is a line nobody reaches. The lines themselves are in."""
    if old == new:
        return
    known = sorted(line for line in (old, new) if line is not None)
    if len(known) == 1:
        yield Condition(f"{column} >= {{}}", (known[0],))
    else:
        yield Condition(f"{column} >= {{}} AND {column.rpartition(' ')[2]} <= {{}}", tuple(known))


def _days(at: Footing, steps: Steps) -> Steps:
    two, three, four, five = (None if days is None else at.day - days for days in steps)
    return two, three, four, five

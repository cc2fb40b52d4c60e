"""R, F and M scores and the value segment they make, written into the facts (PRODUCT K1).

Whoever last ordered before the window has R 1, and F and M from their lifetime, at most 2; the top fifth of
lifetime spend reads the map as M 5, which makes them At-risk instead of Dormant.
"""

from collections.abc import Mapping

from db.engine import run
from loyalty.rules.segment_maps import Map, Range
from loyalty.rules.segment_scores import BEST, CAP_WHEN_OLD, Steps
from loyalty.segments.footing import Footing, Yardstick
from loyalty.segments.scopes import Scope

_WRITE = """UPDATE segment_facts AS t SET r_score = n.r, f_score = n.f, m_score = n.m, value_id = n.value_id,
      value_rule = n.place
    FROM ({judged}) n WHERE t.programme_id = {{}} AND t.customer_id = n.customer_id AND {among}
      AND (t.r_score <> n.r OR t.f_score <> n.f OR t.m_score <> n.m OR t.value_rule <> n.place
        OR coalesce(t.value_id, 0) <> n.value_id)"""


async def score(footing: Footing, ids: Mapping[str, int], none_id: int, scope: Scope) -> None:
    """Score these people by the footing's yardstick and map. `ids` are the value segments by name."""
    among, written = scope.on("f.customer_id"), scope.on("t.customer_id")
    sql = judged(footing.yardstick, footing.day, footing.map, ids, none_id).replace("{scope}", among.sql)
    text = (
        _WRITE.replace("{judged}", sql).replace("{among}", written.sql).replace("{{", "{").replace("}}", "}")
    )
    await run(text, footing.programme_id, *among.args, footing.programme_id, *written.args)


def judged(
    stick: Yardstick, day: int, map_: Map, ids: Mapping[str, int], none_id: int, *, also: str = ""
) -> str:
    """Everybody's scores, row of the map and value segment by a yardstick, as SQL.

    Takes the programme and then what `{scope}` takes. `also`: further columns of the facts `f`.
    """
    cuts, top = stick.cuts, stick.ever_top
    last = tuple(None if days is None else day - days for days in cuts.r)
    two, three, four, five = last
    r = _steps("f.last_day", (two, three, four, five))
    f_old, m_old = _capped(_steps("f.ever_days", cuts.f)), _capped(_steps("f.ever_minor", cuts.m))
    is_top = f"f.ever_minor >= {top}" if top is not None else "1 = 0"
    places = " ".join(
        f"WHEN {_fits('s.r', row.r)} AND {_fits('s.f', row.f)} AND {_fits('s.reads_m', row.m)} THEN {place}"
        for place, row in enumerate(map_, 1)
    )
    named = " ".join(f"WHEN {place} THEN {ids[row.segment]}" for place, row in enumerate(map_, 1))
    return f"""SELECT p.*, CASE p.place WHEN 0 THEN {none_id} {named} END AS value_id FROM (
      SELECT s.*, CASE WHEN s.r = 0 THEN 0 {places} END AS place FROM (
        SELECT f.customer_id{also},
          CASE WHEN f.ever_days = 0 THEN 0 WHEN f.f_count = 0 THEN 1 ELSE {r} END AS r,
          CASE WHEN f.ever_days = 0 THEN 0 WHEN f.f_count = 0 THEN {f_old} ELSE {_steps("f.f_count", cuts.f)} END AS f,
          CASE WHEN f.ever_days = 0 THEN 0 WHEN f.f_count = 0 THEN {m_old}
            ELSE {_steps("f.m_minor", cuts.m)} END AS m,
          CASE WHEN f.ever_days = 0 THEN 0 WHEN f.f_count > 0 THEN {_steps("f.m_minor", cuts.m)}
            WHEN {is_top} THEN {BEST} ELSE {m_old} END AS reads_m
        FROM segment_facts f WHERE f.programme_id = {{}} AND {{scope}}) s) p"""


def _steps(sql: str, steps: Steps) -> str:
    reached = " + ".join(f"CASE WHEN {sql} >= {step} THEN 1 ELSE 0 END" for step in steps if step is not None)
    return f"(1 + {reached})" if reached else "1"


def _capped(sql: str) -> str:
    return f"CASE WHEN {sql} > {CAP_WHEN_OLD} THEN {CAP_WHEN_OLD} ELSE {sql} END"


def _fits(sql: str, span: Range) -> str:
    return f"{sql} BETWEEN {span[0]} AND {span[1]}"

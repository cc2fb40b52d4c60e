"""Declared segments: whoever told us something, and says so still (PRODUCT K3)."""

from db.engine import is_sqlite
from loyalty.customers.search import Condition
from loyalty.rules.segment_declarations import THIS_MONTH, Declaration
from loyalty.segments import days
from loyalty.segments.footing import Footing
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.stored import Segment

_TOLD = """FROM preference_choices x WHERE x.programme_id = f.programme_id AND x.customer_id = f.customer_id
    AND ({answers})"""
_SECONDS_SQLITE = "CAST(strftime('%s', x.at) AS INTEGER)"
_SECONDS_POSTGRES = "CAST(extract(epoch FROM x.at) AS BIGINT)"


def belongs(segment: Segment, footing: Footing) -> Belongs:
    """The answer stands in `preference_choices` as long as it isn't withdrawn; a birthday with its customer."""
    said, ways, facts = Declaration.of(segment.definition), [], []
    if said.answers:
        answers = " OR ".join(["(x.question_key = {} AND x.option_key = {})"] * len(said.answers))
        args = tuple(key for each in said.answers for key in _split(each))
        told = Condition(_TOLD.replace("{answers}", answers), args)
        seconds = _SECONDS_SQLITE if is_sqlite() else _SECONDS_POSTGRES
        ways.append(Condition(f"EXISTS (SELECT 1 {told.sql})", told.args))
        facts.append(("told_at", Condition(f"(SELECT max({seconds}) {told.sql})", told.args)))
    if said.month is not None:
        month = days.day_of(footing.today).month if said.month == THIS_MONTH else said.month
        ways.append(Condition("coalesce(c.birth_month = {}, false)", (month,)))
        facts += [("birth_month", Condition("c.birth_month")), ("birth_day", Condition("c.birth_day"))]
    any_way = " OR ".join(way.sql for way in ways) or "1 = 0"
    return Belongs(Condition(f"({any_way})", tuple(arg for way in ways for arg in way.args)), tuple(facts))


def _split(answer: str) -> tuple[str, str]:
    """A quiz's own key has a colon, too; its outcome's hasn't."""
    question, _, option = answer.rpartition(":")
    return question, option

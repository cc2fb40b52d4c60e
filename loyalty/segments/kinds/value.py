"""Value segments: the scores in the facts have decided already (PRODUCT K1)."""

from loyalty.customers.search import Condition
from loyalty.segments.footing import Footing
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.stored import Segment


def belongs(segment: Segment, footing: Footing) -> Belongs:
    return Belongs(
        Condition("f.value_id = {}", (segment.id,)),
        (
            ("r_days", f"{footing.day} - f.last_day"),
            ("f_count", "f.f_count"),
            ("m_minor", "f.m_minor"),
            ("r_score", "f.r_score"),
            ("f_score", "f.f_score"),
            ("m_score", "f.m_score"),
            ("rule", "f.value_rule"),
            ("ever_days", "f.ever_days"),
            ("ever_minor", "f.ever_minor"),
        ),
    )

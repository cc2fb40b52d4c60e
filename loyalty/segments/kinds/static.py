"""Static lists: whoever was put on them (PRODUCT K, static lists from a CSV or a selection)."""

from loyalty.customers.search import Condition
from loyalty.segments.footing import Footing
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.stored import Segment

_LISTED = """EXISTS (SELECT 1 FROM segment_listed l WHERE l.programme_id = f.programme_id
    AND l.segment_id = {} AND l.customer_id = f.customer_id)"""


def belongs(segment: Segment, footing: Footing) -> Belongs:
    return Belongs(Condition(_LISTED, (segment.id,)))

"""Who was in which segment when, for conditions on people (PRODUCT I1, K5)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from db.engine import Row, moment, rows
from loyalty.rules.earning import RuleVersion
from loyalty.rules.memberships import Membership

# A segment's first move is the beginning of its history: before it nobody was looked at.
_MOVES = """SELECT c.id AS customer_id, s.id AS segment_id, v.at, v.entered,
      (SELECT b.at FROM segment_moves b WHERE b.programme_id = s.programme_id AND b.segment_id = s.id
        ORDER BY b.id LIMIT 1) AS began,
      EXISTS (SELECT 1 FROM segment_members m WHERE m.programme_id = s.programme_id AND m.segment_id = s.id
        AND m.customer_id = c.id) AS is_in
    FROM customers c
    JOIN segments s ON s.programme_id = c.programme_id AND s.id IN ({segments})
    LEFT JOIN segment_moves v ON v.programme_id = c.programme_id AND v.customer_id = c.id AND v.segment_id = s.id
    WHERE c.programme_id = {programme} AND c.id IN ({people}) ORDER BY c.id, s.id, v.id"""

Memberships = Mapping[int, Membership]
"""One person's, by the segment's id."""


async def memberships(
    programme_id: int, customer_ids: Collection[int], segment_ids: Collection[int]
) -> Mapping[int, Memberships]:
    """Of these people in these segments, by the customer's id; one query, none where nothing is asked."""
    found: dict[int, dict[int, Membership]] = {id_: {} for id_ in customer_ids}
    if not customer_ids or not segment_ids:
        return found
    sql = _MOVES
    for name, count in (("segments", len(segment_ids)), ("programme", 1), ("people", len(customer_ids))):
        sql = sql.replace(f"{{{name}}}", ", ".join(["{}"] * count))
    for row in await rows(sql, *segment_ids, programme_id, *customer_ids):
        mine = found[row["customer_id"]]
        before = mine.get(row["segment_id"])
        mine[row["segment_id"]] = _with(row, before.moves if before else ())
    return found


def asked_about(versions: Iterable[RuleVersion]) -> frozenset[int]:
    """The segments that these rules ask about."""
    return frozenset(id_ for version in versions for id_ in version.definition.segments)


def _with(row: Row, moves: tuple[tuple[datetime, bool], ...]) -> Membership:
    if row["at"] is not None:
        moves = (*moves, (row["at"], bool(row["entered"])))
    return Membership(moment(row["began"]), moves, bool(row["is_in"]))

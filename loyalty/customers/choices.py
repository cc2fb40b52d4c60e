"""What the customers list can be filtered by in this programme: its tiers, segments, stores, tags and answers."""

from db.engine import Row, loads, rows
from loyalty.customers.views import Choices

MOST_TAGS = 100

# Tags are read by jumping from word to word in their index, however many customers carry each.
_CHOICES = f"""WITH RECURSIVE word (tag, place) AS (
      SELECT min(g.tag), 1 FROM customer_tags g WHERE g.programme_id = {{0}}
      UNION ALL
      SELECT (SELECT min(g.tag) FROM customer_tags g WHERE g.programme_id = {{0}} AND g.tag > word.tag),
        word.place + 1
      FROM word WHERE word.tag IS NOT NULL AND word.place < {MOST_TAGS})
    SELECT 'tags' AS kind, tag AS uid, tag AS name, place, NULL AS options FROM word WHERE tag IS NOT NULL
    UNION ALL SELECT 'tiers', uid, name, rank, NULL FROM tiers WHERE programme_id = {{0}} AND archived_at IS NULL
    UNION ALL SELECT 'segments', uid, name, CASE kind WHEN 'value' THEN position ELSE 1000 + position END, NULL
      FROM segments WHERE programme_id = {{0}} AND archived_at IS NULL
    UNION ALL SELECT 'stores', uid, name, id, NULL FROM stores WHERE programme_id = {{0}}
    UNION ALL SELECT 'told', q.key, w.title, q.id, CAST(w.options AS TEXT) FROM preference_questions q
      JOIN preference_wordings w ON w.programme_id = {{0}} AND w.id = q.wording_id WHERE q.programme_id = {{0}}
    UNION ALL SELECT 'took', s.key, s.title, s.id, CAST(e.definition AS TEXT) FROM surveys s
      JOIN survey_editions e ON e.programme_id = {{0}} AND e.id = s.edition_id WHERE s.programme_id = {{0}}
    ORDER BY 1, 4"""


async def choices(programme_id: int) -> Choices:
    """Tiers, segments and stores by uid, tags by name, answers by question; tiers from below. One statement."""
    found = await rows(_CHOICES, programme_id)
    return Choices(
        tiers={row["uid"]: row["name"] for row in found if row["kind"] == "tiers"},
        stores={row["uid"]: row["name"] for row in found if row["kind"] == "stores"},
        segments={row["uid"]: row["name"] for row in found if row["kind"] == "segments"},
        tags=tuple(row["name"] for row in found if row["kind"] == "tags"),
        told={row["name"]: labels for row in found if row["kind"] == "told" and (labels := _labels(row))}
        | {row["name"]: _outcomes(row) for row in found if row["kind"] == "took"},
    )


def _labels(row: Row) -> dict[str, str]:
    return {f"{row['uid']}:{option['key']}": option["label"] for option in loads(row["options"])}


def _outcomes(row: Row) -> dict[str, str]:
    """How a quiz or poll can end; of a challenge also that somebody took it up and isn't there yet."""
    said = loads(row["options"])
    found = {f"{row['uid']}:{outcome['key']}": outcome["title"] for outcome in said["outcomes"]}
    return found | ({f"{row['uid']}:started": "Not reached"} if said["goal"] else {})

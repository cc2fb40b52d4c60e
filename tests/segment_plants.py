"""Planted violations about segments and the history of who came and went."""

from tests.planting import plant

_SEGMENT = """INSERT INTO segments (programme_id, id, uid, handle, name, kind, definition, created_at, archived_at)
    SELECT {{p}}, {0}, 'planted{0}', 'planted{0}', 'Planted {0}', 'value', '[]', created_at, {1}
    FROM programmes WHERE programme_id = {{p}}"""
_MEMBER = """INSERT INTO segment_members (programme_id, segment_id, customer_id, since, move_id, facts)
    SELECT {{p}}, {0}, {{ines}}, created_at, 7, '[]' FROM programmes WHERE programme_id = {{p}}"""
_ENTRY = """INSERT INTO segment_moves (programme_id, id, segment_id, customer_id, entered, cause, settled, since, at,
      facts)
    SELECT {{p}}, 7, {0}, {{ines}}, true, 'night', true, created_at, created_at, '[]'
    FROM programmes WHERE programme_id = {{p}}"""
_ONE, _TWO, _GONE = (
    _SEGMENT.format(1, "NULL"),
    _SEGMENT.format(2, "NULL"),
    _SEGMENT.format(1, "created_at"),
)
_IN, _ENTERED = _MEMBER.format(1), _ENTRY.format(1)

PLANTS = (
    plant("member_entered_by_a_move", "segment_members", _ONE, _IN),
    plant("entered_is_member_or_left", "segment_moves", _ONE, _ENTERED),
    plant("archived_segment_is_empty", "segments", _GONE, _ENTERED, _IN),
    plant(
        "member_beside_their_tier",
        "segment_members",
        _ONE, _ENTERED, _IN, "UPDATE segment_members SET tier_id = 7 WHERE programme_id = {p}",
        "DELETE FROM segment_due WHERE programme_id = {p}",
    ),
    plant(
        "one_value_segment_each",
        "segments",
        _ONE, _TWO, _ENTERED, _IN, _ENTRY.format(2), _MEMBER.format(2),
    ),
)  # fmt: skip

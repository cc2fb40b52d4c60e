"""Violations of what holds for one-shot multipliers, in the words of tests/plants.py."""

from tests.planting import plant

_MULTIPLIER = """INSERT INTO multipliers (programme_id, id, uid, customer_id, source, name, percent, scope, key,
    actor_kind, actor_name, granted_at, valid_until, status, order_id, used_at)
    VALUES ({{p}}, 1, 'm1', {{ines}}, 'staff', 'Double points', 200, '[]', 'k', 'system', 'Test',
    '2026-03-01 12:00:00+00:00', '2027-03-01 12:00:00+00:00', {})"""

MULTIPLIERS = (
    plant(
        "multiplier_lifts_its_order_only",
        "multipliers line_earnings",
        _MULTIPLIER.format("'waiting', NULL, NULL"),
        "UPDATE line_earnings SET multiplier_id = 1 WHERE programme_id = {p} AND order_id = {order}",
    ),
    plant(
        "used_multiplier_has_its_order",
        "multipliers",
        _MULTIPLIER.format(
            "'used', (SELECT max(id) FROM orders WHERE programme_id = {p}), '2026-03-01 12:00:00+00:00'"
        ),
    ),
)

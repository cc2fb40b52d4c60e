"""Violations of what two people and the audit trail promise, planted like those of tests/plants.py."""

from tests.planting import plant

PLANTS = (
    plant(
        "approval_is_its_adjustment",
        "approvals",
        "UPDATE approvals SET points = points + 1 WHERE programme_id = {p}",
    ),
)

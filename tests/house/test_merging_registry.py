"""Every column that names a customer is in the registry of merges. PRODUCT B6."""

from db.piccolo_app import table_classes
from loyalty.merging.registry import HELD

NAMES = ("customer_id", "referrer_id", "friend_id", "member_id")


def test_every_column_that_names_a_customer_moves_or_stays_on_purpose() -> None:
    known = {line.name for line in HELD}
    naming = {
        f"{table._meta.tablename}.{column._meta.name}"
        for table in table_classes()
        for column in table._meta.columns
        if column._meta.name in NAMES
    }
    assert naming - known == set(), "say in loyalty/merging/registry.py what a merge does with it"
    assert known - naming == set()

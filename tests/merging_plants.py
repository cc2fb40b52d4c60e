"""Planted violations about merged records."""

from tests.planting import plant

_FIRST = "(SELECT min(id) FROM ledger_entries WHERE programme_id = {p} AND kind = 'adjust')"

PLANTS = (
    plant(
        "merged_record_is_empty",
        "customers",
        "UPDATE customers SET merged_into = {ines} WHERE programme_id = {p} AND id = {rex}",
        also="merged_record_leads_to_one_that_stands",
    ),
    plant(
        "merged_record_leads_to_one_that_stands",
        "customers",
        "UPDATE customers SET merged_into = {ines} WHERE programme_id = {p} AND id = {olu}",
    ),
    plant(
        "merge_moves_nothing_away",
        "ledger_entries",
        "UPDATE ledger_entries SET kind = 'merge' WHERE programme_id = {p} AND id = " + _FIRST,
        also="totals_hold_every_entry",
    ),
)

"""One violation per invariant, planted into the story: the tables to loosen, and the statements.

`{p}` is the programme; `{ines}`, `{rex}`, `{olu}`, `{uma}`, `{vic}` are customers' ids, `{order}` is Ines's
order, `{coupon}` the cancelled friend's code, `{silver}` her tier. `also` names the invariants that say
the same thing from another side and so can't be silent.
"""

from tests.multiplier_plants import MULTIPLIERS
from tests.order_plants import ORDERS
from tests.planting import plant

_OF_P = "WHERE programme_id = {p}"
_INES = _OF_P + " AND customer_id = {ines}"
_REX = _OF_P + " AND customer_id = {rex}"
_UMA = _OF_P + " AND customer_id = {uma}"
_FIRST = "(SELECT min(id) FROM ledger_entries WHERE programme_id = {p} AND customer_id = {ines})"
_MOVED_TO = "(SELECT max(id) FROM lots WHERE programme_id = {p} AND customer_id = {vic})"

PLANTS = (
    plant("customer_has_account", "accounts", "DELETE FROM accounts " + _OF_P + " AND customer_id = {olu}"),
    plant(
        "balance_is_sum_of_entries",
        "accounts",
        "UPDATE accounts SET balance = balance + 7 " + _INES,
        also="balance_is_lots_less_debt balance_is_made_of_its_sums",
    ),
    plant(
        "balance_is_lots_less_debt",
        "lots",
        "UPDATE lots SET remaining = remaining + 3 " + _INES + " AND order_id = {order}",
        also="lot_is_what_was_not_drawn",
    ),
    plant(
        "balance_is_made_of_its_sums",
        "accounts",
        "UPDATE accounts SET earned = earned + 1 " + _INES,
        also="sums_match_entries",
    ),
    plant(
        "sums_match_entries",
        "accounts",
        "UPDATE accounts SET earned = earned + 1, adjusted = adjusted - 1 " + _INES,
    ),
    plant(
        "debt_is_sum_of_debts",
        "accounts",
        "UPDATE accounts SET debt = debt - 1 " + _REX,
        also="balance_is_lots_less_debt",
    ),
    plant(
        "debtors_have_no_points",
        "accounts lots allocations debts",
        "UPDATE accounts SET debt = debt + 5 " + _REX,
        "UPDATE debts SET remaining = remaining + 5 " + _REX,
        "UPDATE lots SET remaining = remaining + 5 " + _REX + " AND points = 20",
        "UPDATE allocations SET points = points - 5 " + _OF_P + " AND entry_id <> by_entry_id",
    ),
    plant(
        "debt_only_where_allowed",
        "programmes",
        "UPDATE programmes SET negative_policy = 'clamp', created_at = '2020-01-01 00:00:00+00:00' " + _OF_P,
    ),
    plant(
        "entries_are_numbered",
        "ledger_entries",
        "UPDATE ledger_entries SET seq = seq + 1 "
        + _INES
        + " AND seq = (SELECT seq FROM accounts "
        + _INES
        + ")",
    ),
    plant(
        "balance_after_runs",
        "ledger_entries",
        "UPDATE ledger_entries SET balance_after = 0 " + _INES + " AND seq = 1",
    ),
    plant(
        "sign_matches_kind",
        "ledger_entries",
        "UPDATE ledger_entries SET kind = 'clawback_reversal' " + _INES + " AND kind = 'refund_clawback'",
        also="totals_hold_every_entry",
    ),
    plant(
        "key_is_unique",
        "ledger_entries",
        "UPDATE ledger_entries SET key = 'same' " + _INES + " AND seq IN (1, 2)",
    ),
    plant(
        "reversal_nets_zero",
        "ledger_entries",
        "UPDATE ledger_entries SET qualifying = 5 " + _INES + " AND reverses_id IS NOT NULL",
        also="sums_match_entries",
    ),
    plant(
        "reversed_once",
        "ledger_entries accounts",
        "UPDATE ledger_entries SET reverses_id = (SELECT x.reverses_id FROM ledger_entries x"
        " WHERE x.programme_id = {p} AND x.reverses_id IS NOT NULL) "
        + _INES
        + " AND kind = 'refund_clawback'",
        also="reversal_nets_zero",
    ),
    plant("totals_hold_every_entry", "uncounted_entries", "DELETE FROM uncounted_entries " + _OF_P),
    plant(
        "longer_totals_are_sums",
        "entry_totals",
        "UPDATE entry_totals SET credited = credited + 1 " + _OF_P + " AND size = 96",
    ),
    plant(
        "lot_is_what_was_not_drawn",
        "lots",
        "UPDATE lots SET points = points + 1, remaining = remaining " + _UMA,
        also="credit_opens_one_lot",
    ),
    plant(
        "credit_opens_one_lot",
        "lots",
        "UPDATE lots SET entry_id = (SELECT max(id) FROM ledger_entries " + _UMA + ") " + _UMA,
    ),
    plant(
        "returned_points_go_somewhere",
        "allocations lots ledger_entries",
        "DELETE FROM allocations " + _OF_P + " AND points < 0",
        "UPDATE lots SET remaining = remaining - 10 " + _INES + " AND order_id = {order}",
        also="balance_is_lots_less_debt",
    ),
    plant(
        "lot_stays_with_its_customer",
        "lots",
        "UPDATE lots SET customer_id = {rex} " + _INES + " AND order_id = {order}",
        also="balance_is_lots_less_debt draw_stays_with_its_customer debtors_have_no_points",
    ),
    plant(
        "draw_stays_with_its_customer",
        "allocations",
        "UPDATE allocations SET by_entry_id = " + _FIRST + " " + _OF_P + " AND entry_id <> by_entry_id",
    ),
    plant(
        "debit_is_drawn_in_full",
        "allocations lots",
        "UPDATE allocations SET points = points + 1 " + _OF_P + " AND points = 20 AND entry_id = by_entry_id",
        "UPDATE lots SET remaining = remaining - 1 " + _INES + " AND order_id = {order}",
        also="balance_is_lots_less_debt",
    ),
    plant(
        "debt_is_what_was_not_paid",
        "debts",
        "UPDATE debts SET cancelled = 1 " + _REX,
    ),
    plant(
        "only_spendable_points_are_redeemed",
        "lots",
        "UPDATE lots SET available_at = '2026-04-01 00:00:00+00:00' " + _INES,
    ),
    plant(
        "notice_before_expiry",
        "lots",
        "UPDATE lots SET notified_at = lapses_at " + _OF_P + " AND id = " + _MOVED_TO,
    ),
    plant(
        "expiry_at_its_moment",
        "ledger_entries",
        "UPDATE ledger_entries SET effective_at = '2026-03-20 00:00:00+00:00' "
        + _UMA
        + " AND kind = 'expire'",
    ),
    plant(
        "nothing_drawn_from_lapsed_lots",
        "lots expiry_moves",
        "UPDATE lots SET expires_at = '2026-03-01 00:00:00+00:00', notified_at = '2026-01-01 00:00:00+00:00',"
        " lapses_at = '2026-03-01 00:00:00+00:00' " + _INES,
    ),
    plant("moved_dates_are_written_down", "expiry_moves", "DELETE FROM expiry_moves " + _OF_P),
    *ORDERS,
    *MULTIPLIERS,
    plant(
        "type_is_last_move", "customers", "UPDATE customers SET type = 'guest' " + _OF_P + " AND id = {ines}"
    ),
    plant(
        "type_moves_are_a_chain",
        "type_changes",
        "UPDATE type_changes SET from_type = 'left' " + _INES,
    ),
    plant(
        "left_customers_earn_nothing",
        "type_changes customers",
        "UPDATE type_changes SET to_type = 'left', at = '2026-03-01 00:00:00+00:00' " + _UMA,
        "UPDATE customers SET type = 'left' " + _OF_P + " AND id = {uma}",
    ),
    plant(
        "only_members_redeem",
        "type_changes",
        "UPDATE type_changes SET at = '2026-05-01 00:00:00+00:00' " + _INES,
    ),
    plant(
        "address_is_unique",
        "customers",
        "UPDATE customers SET email_key = 'same@example.org' " + _OF_P + " AND id IN ({ines}, {rex})",
    ),
    plant(
        "erased_people_are_gone",
        "customers",
        "UPDATE customers SET erased_at = created_at " + _OF_P + " AND id = {ines}",
    ),
    plant("tier_is_last_change", "customer_tiers", "UPDATE customer_tiers SET tier_id = NULL " + _INES),
    plant(
        "tier_changes_are_a_chain",
        "tier_changes",
        "UPDATE tier_changes SET from_tier_id = to_tier_id " + _INES,
    ),
    plant(
        "thresholds_rise_with_rank",
        "tiers",
        "UPDATE tiers SET threshold = 900 " + _OF_P + " AND id = {silver}",
    ),
    plant("code_is_unique", "issued_rewards", "UPDATE issued_rewards SET code = 'SAMECODE' " + _OF_P),
    plant(
        "code_state_has_its_moment",
        "issued_rewards",
        "UPDATE issued_rewards SET used_at = NULL " + _OF_P + " AND status = 'used'",
    ),
    plant(
        "price_is_what_was_paid",
        "issued_rewards",
        """UPDATE issued_rewards SET price = '{{{{"list_points": 500, "cut_percent": 30, "points": 350}}}}' """
        + _OF_P
        + " AND points_paid > 0",
    ),
    plant(
        "paid_reward_has_its_debit",
        "issued_rewards",
        "UPDATE issued_rewards SET points_paid = 21 " + _OF_P + " AND points_paid = 20",
        also="price_is_what_was_paid",
    ),
    plant(
        "redemption_has_one_reward",
        "issued_rewards",
        "UPDATE issued_rewards SET entry_id = NULL, points_paid = 0 " + _OF_P + " AND points_paid = 20",
        also="price_is_what_was_paid",
    ),
    plant(
        "returned_reward_is_void",
        "issued_rewards",
        "UPDATE issued_rewards SET status = 'outstanding', voided_at = NULL "
        + _OF_P
        + " AND points_paid = 10",
    ),
    plant(
        "nobody_refers_themselves",
        "referrals",
        "UPDATE referrals SET friend_id = referrer_id " + _OF_P + " AND status = 'pending'",
    ),
    plant(
        "friend_is_referred_once",
        "referrals",
        "UPDATE referrals SET friend_email_key = 'same@example.org' " + _OF_P,
    ),
    plant(
        "referral_state_is_consistent",
        "referrals",
        "UPDATE referrals SET completed_at = claimed_at " + _OF_P + " AND status = 'pending'",
    ),
    plant(
        "cancelled_referral_has_no_live_code",
        "issued_rewards",
        "UPDATE issued_rewards SET status = 'outstanding', voided_at = NULL " + _OF_P + " AND id = {coupon}",
    ),
    plant(
        "job_state_has_its_moment",
        "jobs",
        "UPDATE jobs SET state = 'leased' " + _OF_P + " AND dedupe_key = 'one'",
    ),
    plant("job_waits_once", "jobs", "UPDATE jobs SET dedupe_key = 'one' " + _OF_P),
    plant("event_is_stored_once", "inbound_events", "UPDATE inbound_events SET delivery_id = 'a' " + _OF_P),
    plant(
        "event_is_applied_or_explained",
        "inbound_events",
        "UPDATE inbound_events SET state = 'dead' " + _OF_P + " AND delivery_id = 'a'",
    ),
    plant(
        "action_is_undone_once",
        "actions",
        "UPDATE actions SET undoes_id = (SELECT min(x.id) FROM actions x WHERE x.programme_id = {p}) "
        + _OF_P
        + " AND id > (SELECT min(x.id) FROM actions x WHERE x.programme_id = {p})",
        "UPDATE actions SET undo = NULL " + _OF_P,
    ),
    plant(
        "nothing_points_outside",
        "ledger_entries",
        "UPDATE ledger_entries SET review_id = 12345 " + _INES + " AND seq = 1",
    ),
)

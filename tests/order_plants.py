"""Violations of what holds for orders and their earnings, in the words of tests/plants.py."""

from tests.planting import plant

_OF_P = "WHERE programme_id = {p}"

ORDERS = (
    plant(
        "order_knows_what_it_earned",
        "orders",
        "UPDATE orders SET earned_points = 101 " + _OF_P + " AND id = {order}",
    ),
    plant(
        "order_knows_what_was_clawed_back",
        "orders",
        "UPDATE orders SET clawed_points = 31 " + _OF_P + " AND id = {order}",
    ),
    plant(
        "refunds_take_no_more_than_earned",
        "orders",
        "UPDATE orders SET covered_points = 90 " + _OF_P + " AND id = {order}",
    ),
    plant(
        "refund_within_total",
        "orders",
        "UPDATE orders SET refunded_minor = total_minor + 1 " + _OF_P + " AND id = {order}",
    ),
    plant(
        "lines_add_up_to_the_earning",
        "line_earnings",
        "UPDATE line_earnings SET points = 101 " + _OF_P + " AND order_id = {order}",
    ),
    plant(
        "earnings_have_their_order",
        "ledger_entries",
        "UPDATE ledger_entries SET order_id = 12345 "
        + _OF_P
        + " AND customer_id = {ines} AND kind = 'redeem'",
    ),
    plant(
        "order_points_belong_to_its_customer",
        "orders",
        "UPDATE orders SET customer_id = {vic} " + _OF_P + " AND id = {order}",
    ),
    plant(
        "only_earning_orders_earn", "orders", "UPDATE orders SET test = true " + _OF_P + " AND id = {order}"
    ),
)

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.enums import LineKind, OrderStatus
from loyalty.errors import Invalid
from loyalty.integrations import INTEGRATIONS, Integration, integration
from loyalty.integrations.cells import Reading
from loyalty.rules.orders import IncomingOrder

DOLLARS = Reading("USD")
SHOPIFY, WOO = integration("shopify").export, integration("woocommerce").export
SHOPIFY_ORDERS = (
    "Name,Id,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
    "Discount Amount,Created at,Refunded Amount,Cancelled at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount\n"
)
WOO_ORDERS = (
    "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Email (Billing),"
    "Order Refund Amount,Order Total Amount,Order Total Tax Amount,Order Shipping Amount,"
    "SKU,Item #,Item Name,Quantity (- Refund),Item Cost,Coupon Code,Customer User ID\n"
)
WOO_CUSTOMERS = (
    "Name,Username,Last Active,{},Email,Orders,Total Spend,AOV,Country / Region,City,Region,Postal Code\n"
    "John Doe,john.doe,2026-02-01 10:00:00,2026-01-01 10:00:00,john@example.com,2,29.35,14.68,US,,CA,94103\n"
    "Olu Guest,,2026-02-01 10:00:00,,olu@example.com,1,5,5,US,,CA,94103\n"
)
ANALYTICS = (
    "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Net Sales\n"
)
CELL = st.text(max_size=12) | st.sampled_from(["1", "#1", "USD", "paid", "2026-01-01", "1,5"])
ROWS = st.lists(st.lists(CELL, min_size=17, max_size=20), max_size=4)


def written(folder: Path, text: str) -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


def shopify(folder: Path, rows: str, reading: Reading = DOLLARS) -> list[IncomingOrder]:
    return [order for _, order in SHOPIFY.read_orders(written(folder, SHOPIFY_ORDERS + rows), reading)]


def woo(folder: Path, rows: str, reading: Reading = DOLLARS) -> list[IncomingOrder]:
    return [order for _, order in WOO.read_orders(written(folder, WOO_ORDERS + rows), reading)]


def test_shopifys_blank_continuation_rows_join_their_order(samples: Path) -> None:
    path = samples / "csv/shopify_orders__us_blank_continuation.csv"
    (row, first), (other_row, second) = SHOPIFY.read_orders(path, DOLLARS)
    assert (row, other_row) == (2, 4)
    assert (first.external_id, first.email, first.total_minor) == ("#1041", "a@example.com", 6050)
    assert [(line.kind, line.quantity, line.total_minor) for line in first.lines] == [
        (LineKind.PRODUCT, 1, 4800),
        (LineKind.PRODUCT, 2, 3600),
        (LineKind.SHIPPING, 1, 900),
        (LineKind.TAX, 1, 350),
    ]
    assert first.paid_at == datetime(2026, 9, 16, 14, 12, tzinfo=UTC)
    assert (second.name, [line.total_minor for line in second.lines]) == ("#1042", [3000, 200])


def test_shopifys_apostrophes_before_ids_and_phones_are_dropped(samples: Path) -> None:
    path = samples / "csv/shopify_customers__australia_apostrophes.csv"
    people = [person for _, person in SHOPIFY.read_customers(path, DOLLARS)]
    assert [(person.external_id, person.email, person.phone) for person in people] == [
        ("1", "jordan@example.com", "+61412000999"),
        ("2", None, "+16305550000"),
        ("3", None, None),
    ]
    assert people[0].accepts_email is True
    assert people[0].tags == ("PS-Accepts-SMS",)


def test_every_generation_of_shopifys_customers_heading_is_known(samples: Path) -> None:
    headings = sorted((samples / "csv").glob("shopify_customers_header__*.csv"))
    assert len(headings) == 3
    for path in headings:
        assert list(SHOPIFY.read_customers(path, DOLLARS)) == []


@pytest.mark.parametrize("platform", INTEGRATIONS.values(), ids=INTEGRATIONS)
def test_other_peoples_exports_are_refused_by_a_missing_or_unknown_column(
    samples: Path, platform: Integration
) -> None:
    others = [path for path in (samples / "csv").glob("*.csv") if not path.name.startswith("shopify")]
    assert len(others) == 4
    for path in others:
        for read in (platform.export.read_customers, platform.export.read_orders):
            with pytest.raises(Invalid, match=r"(no|unknown) column"):
                read(path, DOLLARS)


def test_a_shopify_order_with_a_shared_discount_and_a_line_discount_adds_up(tmp_path: Path) -> None:
    (order,) = shopify(
        tmp_path,
        "#1,501,a@b.co,partially_refunded,,EUR,25.00,5.00,4.79,30.00,SAVE,7.00,2026-01-01 10:00:00 +0100,"
        "12.50,,2,Mug,10.00,M-1,2.00\n#1,,a@b.co,,,,,,,,,,,,,1,Cup,12.00,,0.00\n",
    )
    assert (order.external_id, order.currency, order.discount_codes) == ("501", "EUR", ("SAVE",))
    assert order.placed_at == order.paid_at == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert order.reported_refunded_minor == 1250
    assert [(line.kind, line.total_minor) for line in order.lines] == [
        (LineKind.PRODUCT, 1800),
        (LineKind.PRODUCT, 1200),
        (LineKind.SHIPPING, 500),
        (LineKind.DISCOUNT, -500),
    ]
    assert sum(line.total_minor for line in order.lines) == order.total_minor


def test_shopifys_states_and_missing_people_are_read(tmp_path: Path) -> None:
    row = "#{0},{0},,{1},,USD,1,0,0,1,,0,2026-01-01 10:00:00 +0000,,{2},1,Mug,1,,\n"
    cases = [
        ("paid", ""),
        ("pending", ""),
        ("voided", ""),
        ("paid", "2026-01-02 10:00:00 +0000"),
        ("refunded", ""),
        ("Partially paid", ""),
        ("authorized", ""),
        ("expired", ""),
    ]
    rows = "".join(row.format(n, state, cancelled) for n, (state, cancelled) in enumerate(cases, 1))
    orders = shopify(tmp_path, rows)
    assert [order.status for order in orders] == [
        OrderStatus.PAID,
        OrderStatus.PENDING,
        OrderStatus.CANCELLED,
        OrderStatus.CANCELLED,
        OrderStatus.PAID,
        OrderStatus.PENDING,
        OrderStatus.PENDING,
        OrderStatus.PENDING,
    ]
    assert [order.reported_refunded_minor for order in orders] == [0, 0, 0, 0, 100, 0, 0, 0]
    assert all(order.customer is None and order.email is None for order in orders)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            "#1,1,a@b.co,paid,,USD,1,0,0,ten,,0,2026-01-01,,,1,Mug,1,,\n",
            "row 2, Total: “ten” isn't an amount in USD.",
        ),
        ("#1,1,a@b.co,paid,,USD,1,0,0,,,0,2026-01-01,,,1,Mug,1,,\n", "row 2, Total: is empty."),
        (
            "#1,1,a@b.co,paid,,USD,1,0,0,1,,0,soon,,,1,Mug,1,,\n",
            "row 2, Created at: “soon” isn't a date and time.",
        ),
        (
            "#1,1,a@b.co,paid,,US,1,0,0,1,,0,2026-01-01,,,1,Mug,1,,\n",
            "row 2, Currency: “US” isn't a currency code such as EUR.",
        ),
        (
            "#1,1,a@b.co,paid,,USD,1,0,0,1,,0,2026-01-01,,,1,Mug,1,,\n#1,,,,,,,,,,,,,,,two,Cup,1,,\n",
            "row 3, Lineitem quantity: “two” isn't a whole number.",
        ),
        (",,a@b.co,,,,,,,,,,,,,1,Mug,1,,\n", "row 2, Name: is empty."),
        (
            "#1,7.0E+12,a@b.co,paid,,USD,1,0,0,1,,0,2026-01-01,,,1,Mug,1,,\n",
            "row 2, Id: “7.0E+12” was rounded by a spreadsheet; use the file as it was exported.",
        ),
        (
            "#1,1,a@b.co,wat,,USD,1,0,0,1,,0,2026-01-01,,,1,Mug,1,,\n",
            "row 2, Financial Status: “wat” isn't a status Shopify writes.",
        ),
        ("#1,1,a@b.co,,,USD,1,0,0,1,,0,2026-01-01,,,1,Mug,1,,\n", "row 2, Financial Status: is empty."),
        (
            "#1,1,a@b.co,partially_refunded,,USD,1,0,0,1,,0,2026-01-01,,,1,Mug,1,,\n",
            "row 2, Refunded Amount: must say how much of this order went back.",
        ),
    ],
)
def test_a_bad_cell_is_refused_by_row_and_column(tmp_path: Path, rows: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        shopify(tmp_path, rows)
    assert str(refusal.value) == f"export.csv, {sentence}"
    assert refusal.value.field in sentence


def test_an_unknown_column_is_refused_unless_extra_columns_are_accepted(tmp_path: Path) -> None:
    path = written(tmp_path, SHOPIFY_ORDERS.replace("Lineitem sku", "Linetem sku"))
    with pytest.raises(Invalid, match="unknown column, “Linetem sku”"):
        SHOPIFY.read_orders(path, DOLLARS)
    assert list(SHOPIFY.read_orders(path, Reading("USD", extra_columns=True))) == []


def test_a_semicolon_file_with_decimal_commas_reads_like_any_other(tmp_path: Path) -> None:
    row = "#1;1;a@b.co;paid;;EUR;12,50;0,00;0,00;12,50;;0,00;2026-01-01 10:00:00 +0100;;;1;Mug;12,50;;\n"
    path = written(tmp_path, SHOPIFY_ORDERS.replace(",", ";") + row)
    ((_, order),) = SHOPIFY.read_orders(path, DOLLARS)
    assert (order.total_minor, order.lines[0].total_minor) == (1250, 1250)


def test_the_woocommerce_plugins_export_is_read_with_repeated_or_blank_order_cells(tmp_path: Path) -> None:
    for repeated in (
        "727,Completed,2017-03-22 16:28,John,Doe,john@example.com,10.00,29.35,1.35,10.00",
        "," * 9,
    ):
        first, second = woo(
            tmp_path,
            "727,Completed,2017-03-22 16:28,John,Doe,john@example.com,10.00,29.35,1.35,10.00,"
            "S-1,1,Single,2,3.00,HELLO,0\n"
            f"{repeated},B-3,2,Idea,1,12.00,,\n"
            "728,On hold,2017-03-23 08:00,Ann,Bee,ann@example.com,0,5.00,0,0,,1,Cup,1,5.00,,26\n",
            Reading("USD", ZoneInfo("America/New_York")),
        )
        assert (first.external_id, first.name, first.status) == ("727", "#727", OrderStatus.PAID)
        assert first.placed_at == datetime(2017, 3, 22, 20, 28, tzinfo=UTC)
        assert first.reported_refunded_minor == 1000
        assert first.discount_codes == ("HELLO",)
        assert sum(line.total_minor for line in first.lines) == first.total_minor
        assert first.customer is not None
        assert not first.customer.is_registered
        assert second.status is OrderStatus.PENDING
        assert second.customer is not None
        assert (second.customer.external_id, second.customer.is_registered) == ("26", True)


def test_a_woocommerce_status_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="row 2, Order Status: “Versendet” isn't known"):
        woo(tmp_path, "1,Versendet,2026-01-01 10:00,A,B,a@b.co,0,5.00,0,0,,1,Cup,1,5.00,,\n")


def test_woocommerces_analytics_orders_are_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no e-mail addresses"):
        WOO.read_orders(written(tmp_path, ANALYTICS), DOLLARS)


@pytest.mark.parametrize("signed_up", ["Sign Up", "Date Registered"])
def test_woocommerces_customers_report_tells_accounts_from_guests(tmp_path: Path, signed_up: str) -> None:
    path = written(tmp_path, WOO_CUSTOMERS.format(signed_up))
    (_, john), (_, olu) = WOO.read_customers(path, DOLLARS)
    assert (john.first_name, john.last_name, john.is_registered) == ("John", "Doe", True)
    assert john.created_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert (olu.email, olu.is_registered) == ("olu@example.com", False)


@given(cells=ROWS)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_cells_are_orders_or_refused(tmp_path: Path, cells: list[list[str]]) -> None:
    rows = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in cells)
    rows = rows.encode("utf-8", "replace").decode()
    for read in (shopify, woo):
        try:
            read(tmp_path, rows)
        except Invalid:
            continue


def test_a_real_export_with_a_random_byte_changed_is_read_or_refused(year: Path, tmp_path: Path) -> None:
    people = integration("shopify").export
    raw = _start(year / "or2010-11.orders_export.csv.gz")
    dice = random.Random(2011)
    for _ in range(150):
        place = dice.randrange(len(raw))
        (tmp_path / "export.csv").write_bytes(raw[:place] + bytes([dice.randrange(256)]) + raw[place + 1 :])
        try:
            list(people.read_orders(tmp_path / "export.csv", DOLLARS))
        except Invalid:
            continue


def _start(path: Path) -> bytes:
    with gzip.open(path) as stream:
        return stream.read(40_000)

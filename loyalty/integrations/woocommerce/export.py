"""WooCommerce's CSV exports of customers, orders and products, as they are. PRODUCT N1."""

from collections.abc import Iterator
from pathlib import Path

from loyalty.errors import Invalid
from loyalty.integrations import cells, csvfile
from loyalty.integrations.cells import Reading, Unreadable
from loyalty.integrations.csvfile import Sheet
from loyalty.integrations.woocommerce import columns, order_rows, product_rows
from loyalty.rules.orders import IncomingCustomer, IncomingOrder
from loyalty.rules.products import IncomingProduct

CUSTOMER = ("Name", "Username", "Email", "Billing Phone", "Sign Up", "Date Registered")


def read_customers(path: Path, reading: Reading) -> Iterator[tuple[int, IncomingCustomer]]:
    """(row number, customer) of the customers report.

    Raises Invalid at once for a file that isn't one, and while iterating for a cell that can't be
    read. The report lists guests, too: only those with a username have an account.
    """
    sheet = csvfile.read(path)
    sheet.require(columns.CUSTOMERS_NEEDED, what="a WooCommerce customers report")
    if not reading.extra_columns:
        sheet.refuse_unknown(columns.of_customers)
    return _customers(sheet, reading)


def _customers(sheet: Sheet, reading: Reading) -> Iterator[tuple[int, IncomingCustomer]]:
    pick = sheet.pick(CUSTOMER)
    for row, found in sheet:
        name, username, email, phone, signed_up, registered = pick(found)
        first_name, _, last_name = cells.text(name).partition(" ")
        try:
            person = IncomingCustomer(
                external_id=None,
                email=cells.optional(email),
                first_name=first_name,
                last_name=last_name,
                phone=cells.plain("Billing Phone", phone),
                created_at=cells.moment("Sign Up", signed_up or registered, reading.zone),
                is_registered=bool(username.strip()),
            )
        except Unreadable as bad:
            raise bad.at(sheet.name, row) from None
        yield row, person


def read_orders(path: Path, reading: Reading) -> Iterator[tuple[int, IncomingOrder]]:
    """(first row number, order) of an orders export, its item rows gathered.

    Raises Invalid at once for a file that isn't one, and while iterating for a cell that can't be read.
    """
    sheet = csvfile.read(path)
    if all(sheet.has(column) for column in columns.ANALYTICS_ORDERS):
        raise Invalid(
            f"{sheet.name} is the Analytics report, which has no e-mail addresses. "
            "Export the orders with the plugin Advanced Order Export.",
            field="Email (Billing)",
        )
    sheet.require(columns.ORDERS_NEEDED, what="an orders export of Advanced Order Export")
    if not reading.extra_columns:
        sheet.refuse_unknown(columns.of_orders)
    return order_rows.gathered(sheet, reading)


def read_products(path: Path, reading: Reading) -> Iterator[tuple[int, IncomingProduct]]:
    """(row number, product) of WooCommerce's own products export.

    Raises Invalid at once for a file that isn't one, and while iterating for a cell that can't be read.
    """
    sheet = csvfile.read(path)
    sheet.require(columns.PRODUCTS_NEEDED, what="a WooCommerce products export")
    return product_rows.read(sheet)

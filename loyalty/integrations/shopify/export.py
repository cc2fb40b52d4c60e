"""Shopify's CSV exports of customers, orders and products, as they are. PRODUCT N1."""

from collections.abc import Iterator
from pathlib import Path

from loyalty.integrations import cells, csvfile
from loyalty.integrations.cells import Reading, Unreadable
from loyalty.integrations.csvfile import Sheet
from loyalty.integrations.shopify import columns, customers, order_rows, product_rows
from loyalty.rules.orders import IncomingCustomer, IncomingOrder
from loyalty.rules.products import IncomingProduct

CUSTOMER = (
    *("Customer ID", "Email", "First Name", "Last Name", "Phone", "Default Address Phone", "Tags"),
    *("Accepts Email Marketing", "Accepts Marketing"),
)


def read_customers(path: Path, reading: Reading) -> Iterator[tuple[int, IncomingCustomer]]:
    """(row number, customer) of a customers export.

    Raises Invalid at once for a file that isn't one, and while iterating for a cell that can't be
    read. Everybody in it is registered: the export lists the people the shop knows.
    """
    sheet = csvfile.read(path)
    sheet.require(columns.CUSTOMERS_NEEDED, what="a Shopify customers export")
    if not reading.extra_columns:
        sheet.refuse_unknown(columns.of_customers)
    return _customers(sheet)


def _customers(sheet: Sheet) -> Iterator[tuple[int, IncomingCustomer]]:
    pick = sheet.pick(CUSTOMER)
    for row, found in sheet:
        external_id, email, first, last, phone, other_phone, tags, accepts, accepted = pick(found)
        try:
            yield (
                row,
                IncomingCustomer(
                    external_id=cells.plain("Customer ID", external_id),
                    email=cells.optional(email),
                    first_name=cells.text(first),
                    last_name=cells.text(last),
                    phone=cells.plain("Phone", phone) or cells.plain("Default Address Phone", other_phone),
                    tags=customers.tags(cells.text(tags)),
                    accepts_email=cells.yes(accepts or accepted),
                    is_registered=True,
                ),
            )
        except Unreadable as bad:
            raise bad.at(sheet.name, row) from None


def read_orders(path: Path, reading: Reading) -> Iterator[tuple[int, IncomingOrder]]:
    """(first row number, order) of an orders export, its item rows gathered.

    Raises Invalid at once for a file that isn't one, and while iterating for a cell that can't be read.
    """
    sheet = csvfile.read(path)
    sheet.require(columns.ORDERS_NEEDED, what="a Shopify orders export")
    if not reading.extra_columns:
        sheet.refuse_unknown(columns.of_orders)
    return order_rows.gathered(sheet, reading)


def read_products(path: Path, reading: Reading) -> Iterator[tuple[int, IncomingProduct]]:
    """(first row number, product) of a products export, its variants gathered.

    Raises Invalid at once for a file that isn't one, and while iterating for a cell that can't be read.
    """
    sheet = csvfile.read(path)
    handle = "URL handle" if sheet.has("URL handle") else "Handle"
    sheet.require((handle, *columns.PRODUCTS_NEEDED), what="a Shopify products export")
    return product_rows.gathered(sheet)

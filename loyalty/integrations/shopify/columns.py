"""The headings of Shopify's exports, of every generation seen since 2020."""

from loyalty.integrations.csvfile import folded

CUSTOMERS_NEEDED = ("First Name", "Last Name", "Email")

PRODUCTS_NEEDED = ("Title", "Type", "Tags")

ORDERS_NEEDED = (
    "Name",
    "Email",
    "Financial Status",
    "Currency",
    "Total",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
)

_CUSTOMERS = """
Customer ID, First Name, Last Name, Email, Accepts Email Marketing, Accepts Marketing, Company,
Address1, Address2, City, Province, Province Code, Country, Country Code, Zip, Phone, Accepts SMS
Marketing, Total Spent, Total Orders, Tags, Note, Tax Exempt, Tax Exemptions, Language
"""

_ORDERS = """
Name, Email, Financial Status, Paid at, Fulfillment Status, Fulfilled at, Accepts Marketing,
Currency, Subtotal, Shipping, Taxes, Total, Discount Code, Discount Amount, Shipping Method, Created
at, Lineitem quantity, Lineitem name, Lineitem price, Lineitem compare at price, Lineitem sku,
Lineitem requires shipping, Lineitem taxable, Lineitem fulfillment status, Lineitem discount, Notes,
Note Attributes, Cancelled at, Payment Method, Payment Reference, Payment References, Refunded
Amount, Vendor, Outstanding Balance, Employee, Location, Device ID, Id, Tags, Risk Level, Source,
Phone, Receipt Number, Duties, Billing Province Name, Shipping Province Name, Payment ID, Payment
Terms Name, Next Payment Due At, Additional Fees Name, Additional Fees Total
"""

_ADDRESS = ("Name", "Street", "Address1", "Address2", "Company", "City", "Zip", "Province", "Country")

CUSTOMERS = frozenset(folded(name) for name in _CUSTOMERS.split(","))
ORDERS = frozenset(folded(name) for name in _ORDERS.split(",")) | {
    folded(f"{whose} {part}") for whose in ("Billing", "Shipping") for part in (*_ADDRESS, "Phone")
}


def of_customers(column: str) -> bool:
    """Whether a folded heading belongs in a customers export; metafields may be added by the shop."""
    return column in CUSTOMERS or column.startswith(("default address ", "metafield"))


def of_orders(column: str) -> bool:
    """Whether a folded heading belongs in an orders export; taxes are numbered."""
    return column in ORDERS or column.startswith(("tax ", "metafield"))

"""The headings of WooCommerce's exports.

Customers: Analytics → Customers → Download, which WooCommerce itself has. Orders: the plugin
Advanced Order Export ("Order Export & Order Import"), whose default columns are all here; the
Analytics → Orders download has no e-mail address, so it can't be read.
"""

from loyalty.integrations.csvfile import folded

CUSTOMERS_NEEDED = ("Name", "Username", "Email")
ORDERS_NEEDED = ("Order Number", "Order Status", "Order Date", "Email (Billing)", "Order Total Amount")
PRODUCTS_NEEDED = ("ID", "Type", "SKU", "Name", "Categories", "Tags")
ANALYTICS_ORDERS = ("Date", "Order #", "Customer type", "Product(s)")

_CUSTOMERS = """
Name, Username, Last Active, Sign Up, Date Registered, Email, Orders, Total Spend, AOV, Country /
Region, City, Region, Postal Code, Billing Phone, Shipping Phone, Role
"""

_ORDERS = """
Line number, Date of original order, Modification Date, Transaction ID, Currency, Currency Symbol,
Completed Date, Paid Date, Date of first refund, Link to edit order, Payment Method Title, Payment
Method, Number of coupons used, Cart Discount Amount, Cart Discount Amount Tax, Cart Tax Amount,
Shipping Method Title, Shipping Method, Shipping Method (no id), Shipping Zone, SKU, Quantity,
Quantity (- Refund), Coupon Code, Discount Amount, Discount Amount Tax, Type, Category, Tags,
Variation Id, User Website, Total weight, Total items, Exported items, Total products, Total volume
"""

CUSTOMERS = frozenset(folded(name) for name in _CUSTOMERS.split(","))
ORDERS = frozenset(folded(name) for name in _ORDERS.split(","))


def of_customers(column: str) -> bool:
    return column in CUSTOMERS


def of_orders(column: str) -> bool:
    """Whether a folded heading belongs in the plugin's export, by name or by family."""
    families = ("order ", "item ", "customer ", "product ", "summary report ", "coupon ")
    return column in ORDERS or column.startswith(families) or column.endswith(("(billing)", "(shipping)"))

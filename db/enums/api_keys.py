"""What a key of the REST API may do."""

from enum import StrEnum


class ApiScope(StrEnum):
    CODES_READ = "codes:read"
    CODES_USE = "codes:use"
    CUSTOMERS_READ = "customers:read"
    ORDERS_WRITE = "orders:write"

"""What shops sell: orders' lines find their category and tags here."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0024"
DESCRIPTION = "products, their skus"

PRODUCTS = """
CREATE TABLE products (
    programme_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 120),
    title TEXT NOT NULL DEFAULT '' CHECK (length(title) <= 240),
    category TEXT NOT NULL DEFAULT '' CHECK (length(category) <= 200),
    tags JSONB NOT NULL,
    told_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, store_id, external_id),
    FOREIGN KEY (programme_id, store_id) REFERENCES stores (programme_id, id)
)"""

SKUS = """
CREATE TABLE product_skus (
    programme_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    sku TEXT NOT NULL CHECK (length(sku) BETWEEN 1 AND 200),
    product_id TEXT NOT NULL,
    PRIMARY KEY (programme_id, store_id, sku, product_id),
    FOREIGN KEY (programme_id, store_id, product_id) REFERENCES products (programme_id, store_id, external_id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(PRODUCTS),
        both("CREATE INDEX products_categories ON products (programme_id, category)"),
        both(SKUS),
        both("CREATE INDEX product_skus_of ON product_skus (programme_id, store_id, product_id)"),
    )

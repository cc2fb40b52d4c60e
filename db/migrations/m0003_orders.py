"""What customers bought, what was returned, and which rule gave which line how many points."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, migration

ID = "0003"
DESCRIPTION = "earning rules and versions, orders, lines, line earnings, refunds"

EARNING_RULES = """
CREATE TABLE earning_rules (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    trigger TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'paused', 'archived')),
    position BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid)
)"""

RULE_VERSIONS = """
CREATE TABLE earning_rule_versions (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    rule_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    definition JSONB NOT NULL,
    effective_from TIMESTAMPTZ NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, rule_id, number),
    FOREIGN KEY (programme_id, rule_id) REFERENCES earning_rules (programme_id, id)
)"""

ORDERS = """
CREATE TABLE orders (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    store_id BIGINT NOT NULL,
    external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 120),
    name TEXT NOT NULL CHECK (length(name) <= 120),
    customer_id BIGINT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'cancelled')),
    test BOOLEAN NOT NULL DEFAULT false,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
    reported_refund_minor BIGINT NOT NULL DEFAULT 0 CHECK (reported_refund_minor >= 0),
    refunded_minor BIGINT NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND total_minor),
    channel TEXT NOT NULL DEFAULT '',
    discount_codes JSONB NOT NULL,
    earns BOOLEAN,
    earning JSONB,
    earned_points BIGINT NOT NULL DEFAULT 0 CHECK (earned_points >= 0),
    clawed_points BIGINT NOT NULL DEFAULT 0 CHECK (clawed_points >= 0),
    covered_points BIGINT NOT NULL DEFAULT 0 CHECK (covered_points >= 0),
    forgiven_points BIGINT NOT NULL DEFAULT 0 CHECK (forgiven_points >= 0),
    revision BIGINT NOT NULL DEFAULT 0,
    placed_at TIMESTAMPTZ NOT NULL,
    paid_at TIMESTAMPTZ,
    cancelled_at TIMESTAMPTZ,
    platform_updated_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, store_id, external_id),
    FOREIGN KEY (programme_id, store_id) REFERENCES stores (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK (clawed_points + covered_points + forgiven_points <= earned_points)
)"""

ORDER_LINES = """
CREATE TABLE order_lines (
    programme_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    external_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL
        CHECK (kind IN ('product', 'shipping', 'tax', 'tip', 'gift_card', 'discount', 'other')),
    sku TEXT NOT NULL DEFAULT '',
    product_id TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    tags JSONB NOT NULL,
    quantity BIGINT NOT NULL,
    unit_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL DEFAULT 0,
    total_minor BIGINT NOT NULL,
    PRIMARY KEY (programme_id, order_id, position),
    FOREIGN KEY (programme_id, order_id) REFERENCES orders (programme_id, id)
)"""

LINE_EARNINGS = """
CREATE TABLE line_earnings (
    programme_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    line_position BIGINT,
    component TEXT NOT NULL,
    rule_version_id BIGINT,
    base_minor BIGINT NOT NULL,
    rate TEXT NOT NULL DEFAULT '',
    multiplier_percent BIGINT NOT NULL,
    points BIGINT NOT NULL CHECK (points >= 0),
    zero_reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (programme_id, order_id, position),
    FOREIGN KEY (programme_id, order_id) REFERENCES orders (programme_id, id),
    CHECK ((points = 0) = (zero_reason <> ''))
)"""

REFUNDS = """
CREATE TABLE refunds (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    order_external_id TEXT NOT NULL,
    external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 120),
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    lines JSONB NOT NULL,
    refunded_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, store_id, order_external_id, external_id),
    FOREIGN KEY (programme_id, store_id) REFERENCES stores (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(EARNING_RULES),
        both(RULE_VERSIONS),
        *append_only("earning_rule_versions"),
        both(ORDERS),
        both("CREATE INDEX orders_of ON orders (programme_id, customer_id, id)"),
        both(ORDER_LINES),
        both(LINE_EARNINGS),
        both(REFUNDS),
        *append_only("refunds"),
    )

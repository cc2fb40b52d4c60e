"""One-shot multipliers, and which of them lifted which part of an order (PRODUCT I3, B5)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, legal_moves, migration

ID = "0011"
DESCRIPTION = "one-shot multipliers"

MULTIPLIERS = """
CREATE TABLE multipliers (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('preference', 'campaign', 'staff')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    percent BIGINT NOT NULL CHECK (percent BETWEEN 101 AND 1000),
    scope JSONB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'used', 'withdrawn')),
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ NOT NULL,
    order_id BIGINT,
    used_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, order_id) REFERENCES orders (programme_id, id),
    CHECK ((status = 'used') = (order_id IS NOT NULL)),
    CHECK ((status = 'used') = (used_at IS NOT NULL)),
    CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK (valid_until > granted_at)
)"""

# An order that used one may give it back; what was taken back may be granted again; nothing else moves.
MOVES = (("waiting", "used"), ("used", "waiting"), ("waiting", "withdrawn"), ("withdrawn", "waiting"))


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(MULTIPLIERS),
        *legal_moves("multipliers", "status", MOVES),
        both("CREATE INDEX multipliers_of ON multipliers (programme_id, customer_id, id)"),
        both(
            "CREATE INDEX multipliers_waiting ON multipliers (programme_id, customer_id, valid_until)"
            " WHERE status = 'waiting'"
        ),
        both(
            "CREATE INDEX multipliers_of_order ON multipliers (programme_id, order_id)"
            " WHERE order_id IS NOT NULL"
        ),
        both("ALTER TABLE line_earnings ADD COLUMN multiplier_id BIGINT"),
        both("ALTER TABLE line_earnings ADD COLUMN boost_percent BIGINT NOT NULL DEFAULT 100"),
        both(
            "CREATE INDEX line_earnings_multiplied ON line_earnings (programme_id, multiplier_id)"
            " WHERE multiplier_id IS NOT NULL"
        ),
    )

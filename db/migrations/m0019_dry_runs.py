"""Earning rules are edited by several people, and tried on real orders first (PRODUCT I2)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0019"
DESCRIPTION = "dry-runs of earning rules"

DRY_RUNS = """
CREATE TABLE dry_runs (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    rule_id BIGINT NOT NULL,
    definition JSONB NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'cancelled', 'failed')),
    cursor BIGINT NOT NULL DEFAULT 0,
    customers_total BIGINT NOT NULL DEFAULT 0,
    customers_done BIGINT NOT NULL DEFAULT 0,
    orders_seen BIGINT NOT NULL DEFAULT 0,
    orders_changed BIGINT NOT NULL DEFAULT 0,
    points_before BIGINT NOT NULL DEFAULT 0,
    points_after BIGINT NOT NULL DEFAULT 0,
    winners BIGINT NOT NULL DEFAULT 0,
    losers BIGINT NOT NULL DEFAULT 0,
    rising BIGINT NOT NULL DEFAULT 0,
    falling BIGINT NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '' CHECK (length(error) <= 500),
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    actor_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key),
    FOREIGN KEY (programme_id, rule_id) REFERENCES earning_rules (programme_id, id),
    CHECK (until > since),
    CHECK ((finished_at IS NULL) = (state IN ('waiting', 'running')))
)"""

DRY_RUN_CUSTOMERS = """
CREATE TABLE dry_run_customers (
    programme_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    points_before BIGINT NOT NULL CHECK (points_before >= 0),
    points_after BIGINT NOT NULL CHECK (points_after >= 0),
    difference BIGINT NOT NULL CHECK (difference = points_after - points_before AND difference <> 0),
    tier_before_id BIGINT,
    tier_after_id BIGINT,
    tier_moves BIGINT NOT NULL DEFAULT 0 CHECK (tier_moves BETWEEN -1 AND 1),
    PRIMARY KEY (programme_id, run_id, customer_id),
    FOREIGN KEY (programme_id, run_id) REFERENCES dry_runs (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("ALTER TABLE earning_rules ADD COLUMN version BIGINT NOT NULL DEFAULT 1"),
        both(DRY_RUNS),
        both("CREATE INDEX dry_runs_of ON dry_runs (programme_id, rule_id, id)"),
        both(DRY_RUN_CUSTOMERS),
        both(
            "CREATE INDEX dry_run_differences ON dry_run_customers (programme_id, run_id, difference, customer_id)"
        ),
        both(
            "CREATE INDEX dry_run_moves ON dry_run_customers (programme_id, run_id, difference, customer_id)"
            " WHERE tier_moves <> 0"
        ),
    )

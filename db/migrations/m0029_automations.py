"""Automations: what starts one for a person, and every time it did. PRODUCT M5."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, legal_moves, migration

ID = "0029"
DESCRIPTION = "automations and their runs"

AUTOMATIONS = """
CREATE TABLE automations (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'on', 'paused', 'archived')),
    trigger TEXT NOT NULL CHECK (trigger IN ('segment', 'birthday', 'expiring', 'quiet', 'joined', 'first_order',
        'order', 'tier', 'reach')),
    segment_id BIGINT,
    tier_id BIGINT,
    reward_id BIGINT,
    days BIGINT NOT NULL DEFAULT 0 CHECK (days BETWEEN 0 AND 3660),
    percent BIGINT NOT NULL DEFAULT 100 CHECK (percent BETWEEN 1 AND 100),
    delay_minutes BIGINT NOT NULL DEFAULT 0 CHECK (delay_minutes BETWEEN 0 AND 527040),
    exits JSONB NOT NULL,
    pause_days BIGINT NOT NULL DEFAULT 0 CHECK (pause_days BETWEEN 0 AND 3660),
    on_since TIMESTAMPTZ,
    live_version BIGINT,
    actor_name TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id),
    FOREIGN KEY (programme_id, tier_id) REFERENCES tiers (programme_id, id),
    FOREIGN KEY (programme_id, reward_id) REFERENCES rewards (programme_id, id),
    CHECK (state <> 'on' OR (on_since IS NOT NULL AND live_version IS NOT NULL)),
    CHECK (trigger = 'segment' OR segment_id IS NULL)
)"""

MOVES = (
    ("draft", "on"),
    ("on", "paused"),
    ("paused", "on"),
    ("draft", "archived"),
    ("on", "archived"),
    ("paused", "archived"),
    ("archived", "draft"),
    ("archived", "paused"),
)

RUNS = """
CREATE TABLE automation_runs (
    programme_id BIGINT NOT NULL,
    automation_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    occasion TEXT NOT NULL CHECK (length(occasion) BETWEEN 1 AND 60),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done')),
    began BIGINT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    campaign_id BIGINT,
    counts_from BIGINT,
    counts_until BIGINT,
    PRIMARY KEY (programme_id, automation_id, customer_id, occasion),
    FOREIGN KEY (programme_id, automation_id) REFERENCES automations (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id),
    CHECK ((state = 'done') = (campaign_id IS NOT NULL)),
    CHECK ((state = 'done') = (counts_from IS NOT NULL AND counts_until IS NOT NULL))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("ALTER TABLE campaigns ADD COLUMN automation_id BIGINT"),
        both(AUTOMATIONS),
        *legal_moves("automations", "state", MOVES),
        both("CREATE INDEX automations_on ON automations (programme_id, trigger) WHERE state = 'on'"),
        both(RUNS),
        both(
            "CREATE INDEX automation_runs_due ON automation_runs (programme_id, automation_id, due_at, customer_id)"
            " WHERE state = 'waiting'"
        ),
        # Somebody has one place in a campaign, so one run leads to it.
        both(
            "CREATE UNIQUE INDEX automation_runs_in ON automation_runs (programme_id, campaign_id, customer_id)"
            " WHERE campaign_id IS NOT NULL"
        ),
        both(
            "CREATE INDEX automation_runs_by ON automation_runs (programme_id, automation_id, began, customer_id)"
        ),
        both("CREATE INDEX automation_runs_of ON automation_runs (programme_id, customer_id)"),
        both(
            "CREATE INDEX campaigns_of ON campaigns (programme_id, automation_id, id)"
            " WHERE automation_id IS NOT NULL"
        ),
        both(
            "CREATE INDEX customers_birthdays ON customers (programme_id, birth_month, birth_day, id)"
            " WHERE birth_month IS NOT NULL"
        ),
    )

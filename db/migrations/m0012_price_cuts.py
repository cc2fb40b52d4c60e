"""Time-boxed price cuts of rewards, the order of the catalogue, and counting copies by their state."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0012"
DESCRIPTION = "price cuts; the catalogue's order; copies by state"

PRICE_CUTS = """
CREATE TABLE price_cuts (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    reward_id BIGINT NOT NULL,
    percent BIGINT CHECK (percent BETWEEN 1 AND 100),
    new_points BIGINT CHECK (new_points >= 0),
    tier_id BIGINT,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, reward_id) REFERENCES rewards (programme_id, id),
    FOREIGN KEY (programme_id, tier_id) REFERENCES tiers (programme_id, id),
    CHECK (starts_at < ends_at),
    CHECK ((percent IS NULL) <> (new_points IS NULL))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(PRICE_CUTS),
        both("CREATE INDEX price_cuts_of ON price_cuts (programme_id, reward_id, id)"),
        both("CREATE INDEX price_cuts_by_end ON price_cuts (programme_id, ends_at)"),
        # 0 until somebody puts the catalogue in an order of their own; then from 1.
        both("ALTER TABLE rewards ADD COLUMN position BIGINT NOT NULL DEFAULT 0"),
        both("CREATE INDEX issued_by_state ON issued_rewards (programme_id, reward_id, status, expires_at)"),
    )

"""What campaigns promise: a price cut for one person, points for the nth order, a code of the shop's. PRODUCT M1."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, legal_moves, migration

ID = "0028"
DESCRIPTION = "personal price cuts, order bonuses, codes for campaigns"

BONUSES = """
CREATE TABLE order_bonuses (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    nth BIGINT NOT NULL CHECK (nth BETWEEN 1 AND 20),
    points BIGINT NOT NULL CHECK (points BETWEEN 1 AND 1000000),
    status TEXT NOT NULL CHECK (status IN ('waiting', 'earned', 'withdrawn')),
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    granted_at TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ NOT NULL,
    order_id BIGINT,
    entry_id BIGINT,
    withdrawn_at TIMESTAMPTZ,
    earned_points BIGINT NOT NULL DEFAULT 0,
    clawed_points BIGINT NOT NULL DEFAULT 0 CHECK (clawed_points >= 0),
    covered_points BIGINT NOT NULL DEFAULT 0 CHECK (covered_points >= 0),
    forgiven_points BIGINT NOT NULL DEFAULT 0 CHECK (forgiven_points >= 0),
    revision BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id),
    FOREIGN KEY (programme_id, order_id) REFERENCES orders (programme_id, id),
    CHECK ((status = 'earned') = (order_id IS NOT NULL)),
    CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK (valid_until > granted_at),
    CHECK (earned_points - clawed_points - covered_points - forgiven_points BETWEEN 0 AND points)
)"""

# What was earned waits again when an order that counted goes back; what was withdrawn may be promised again.
MOVES = (("waiting", "earned"), ("earned", "waiting"), ("waiting", "withdrawn"), ("withdrawn", "waiting"))

# The shop made them, so nobody else may be given one: not in another campaign, and not in other letters.
CODES = """
CREATE TABLE campaign_codes (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 100),
    code_key TEXT NOT NULL,
    customer_id BIGINT,
    given_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, code_key),
    UNIQUE (programme_id, campaign_id, customer_id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((customer_id IS NULL) = (given_at IS NULL))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        # Both NULL: a cut that the reward's page made, for everybody or the people of its audience.
        both("ALTER TABLE price_cuts ADD COLUMN customer_id BIGINT"),
        both("ALTER TABLE price_cuts ADD COLUMN campaign_id BIGINT"),
        both("DROP INDEX price_cuts_of"),
        both("DROP INDEX price_cuts_by_end"),
        both(
            "CREATE INDEX price_cuts_of ON price_cuts (programme_id, reward_id, id) WHERE customer_id IS NULL"
        ),
        both(
            "CREATE INDEX price_cuts_by_end ON price_cuts (programme_id, ends_at) WHERE customer_id IS NULL"
        ),
        both(
            "CREATE INDEX price_cuts_of_customer ON price_cuts (programme_id, customer_id, ends_at)"
            " WHERE customer_id IS NOT NULL"
        ),
        both(
            "CREATE INDEX price_cuts_of_campaign ON price_cuts (programme_id, campaign_id, customer_id)"
            " WHERE campaign_id IS NOT NULL"
        ),
        both(BONUSES),
        *legal_moves("order_bonuses", "status", MOVES),
        both("CREATE INDEX order_bonuses_of ON order_bonuses (programme_id, customer_id, id)"),
        both(
            "CREATE INDEX order_bonuses_of_campaign ON order_bonuses (programme_id, campaign_id, customer_id)"
        ),
        both(CODES),
        both(
            "CREATE INDEX campaign_codes_left ON campaign_codes (programme_id, campaign_id, id)"
            " WHERE customer_id IS NULL"
        ),
        both(
            "CREATE INDEX campaign_codes_of ON campaign_codes (programme_id, customer_id)"
            " WHERE customer_id IS NOT NULL"
        ),
    )

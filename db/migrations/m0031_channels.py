"""A campaign's channels: messages in the portal, messages handed to an endpoint, and a member's own time zone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, legal_moves, migration

ID = "0031"
DESCRIPTION = (
    "channels of campaigns, messages in the portal, endpoints and their calls, time zones of members"
)

MESSAGES = """
CREATE TABLE portal_messages (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    preview TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    put_away_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, campaign_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id)
)"""

ENDPOINTS = """
CREATE TABLE endpoints (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 500),
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_until TIMESTAMPTZ,
    set_at TIMESTAMPTZ NOT NULL,
    actor_name TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id),
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
)"""

CALLS = """
CREATE TABLE endpoint_calls (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT,
    type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 60),
    dedupe_key TEXT NOT NULL,
    data JSONB NOT NULL,
    topic TEXT NOT NULL DEFAULT 'other',
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'dropped')),
    note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    good_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, dedupe_key),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((state = 'waiting') = (ended_at IS NULL))
)"""
CALL_MOVES = (("waiting", "sent"), ("waiting", "refused"), ("waiting", "dropped"), ("dropped", "waiting"))

# The same few words in the same order, so that a set is one text.
CHANNELS = "'email', 'sms', 'portal', 'email,sms', 'email,portal', 'sms,portal', 'email,sms,portal'"
NOBODY_HELD = "CHECK ({0} IS NULL OR (arm IS NOT NULL AND arm <> 'control'))"


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(
            "ALTER TABLE campaigns ADD COLUMN channels TEXT NOT NULL DEFAULT 'email'"
            f" CHECK (channels IN ({CHANNELS}))"
        ),
        both("ALTER TABLE campaigns ADD COLUMN why TEXT NOT NULL DEFAULT '' CHECK (length(why) <= 200)"),
        *(
            both(f"ALTER TABLE campaign_recipients ADD COLUMN {column} BIGINT {NOBODY_HELD.format(column)}")
            for column in ("message_id", "call_id")
        ),
        both("ALTER TABLE customers ADD COLUMN time_zone TEXT CHECK (length(time_zone) BETWEEN 1 AND 64)"),
        both(
            "CREATE INDEX customers_time_zone ON customers (programme_id, time_zone)"
            " WHERE time_zone IS NOT NULL"
        ),
        both(MESSAGES),
        both("CREATE INDEX portal_messages_of ON portal_messages (programme_id, customer_id, id)"),
        both(
            "CREATE INDEX portal_messages_unread ON portal_messages (programme_id, customer_id, id)"
            " WHERE read_at IS NULL"
        ),
        both(ENDPOINTS),
        both(CALLS),
        *legal_moves("endpoint_calls", "state", CALL_MOVES),
        both("CREATE INDEX endpoint_calls_of ON endpoint_calls (programme_id, customer_id, id)"),
        both(
            "CREATE INDEX endpoint_calls_ended ON endpoint_calls (programme_id, ended_at)"
            " WHERE ended_at IS NOT NULL"
        ),
    )

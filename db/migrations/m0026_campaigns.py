"""Campaigns: an offer and a message to segments, who got it, who was held back, who followed a link. PRODUCT M."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, legal_moves, migration

ID = "0026"
DESCRIPTION = "campaigns, their segments, links, recipients and clicks"

CAMPAIGNS = """
CREATE TABLE campaigns (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    objective TEXT NOT NULL
        CHECK (objective IN ('win_back', 'second_order', 'sell_more', 'spend_points', 'thank', 'announce')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'sending', 'paused', 'sent', 'cancelled')),
    everybody BOOLEAN NOT NULL DEFAULT false,
    topic TEXT NOT NULL CHECK (topic IN ('weekly_digest', 'new_rewards', 'big_sales', 'other')),
    offer JSONB NOT NULL,
    subject TEXT NOT NULL DEFAULT '' CHECK (length(subject) <= 150),
    preheader TEXT NOT NULL DEFAULT '' CHECK (length(preheader) <= 150),
    body TEXT NOT NULL DEFAULT '' CHECK (length(body) <= 10000),
    seed TEXT NOT NULL CHECK (length(seed) BETWEEN 1 AND 64),
    held_out BIGINT NOT NULL CHECK (held_out BETWEEN 0 AND 9000),
    quiet_from BIGINT NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until BIGINT NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    cap_messages BIGINT NOT NULL CHECK (cap_messages >= 1),
    cap_days BIGINT NOT NULL CHECK (cap_days BETWEEN 1 AND 366),
    send_at TIMESTAMPTZ,
    gathered_to BIGINT,
    gathered BOOLEAN NOT NULL DEFAULT false,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    actor_name TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    CHECK (state <> 'scheduled' OR send_at IS NOT NULL),
    CHECK ((state IN ('sent', 'cancelled')) = (ended_at IS NOT NULL))
)"""

MOVES = (
    ("draft", "scheduled"),
    ("scheduled", "draft"),
    ("scheduled", "sending"),
    ("sending", "paused"),
    ("paused", "sending"),
    ("sending", "sent"),
    ("draft", "cancelled"),
    ("scheduled", "cancelled"),
    ("sending", "cancelled"),
    ("paused", "cancelled"),
    ("cancelled", "draft"),
)

SEGMENTS = """
CREATE TABLE campaign_segments (
    programme_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    excluded BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (programme_id, campaign_id, segment_id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id)
)"""

LINKS = """
CREATE TABLE campaign_links (
    programme_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    target TEXT NOT NULL CHECK (length(target) BETWEEN 1 AND 2000),
    label TEXT NOT NULL,
    PRIMARY KEY (programme_id, campaign_id, number),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id)
)"""

# Whoever is held back has no mail: the comparison of the arms stands on it.
RECIPIENTS = """
CREATE TABLE campaign_recipients (
    programme_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    segment_id BIGINT,
    arm TEXT CHECK (arm IN ('treatment', 'control', 'broadcast')),
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'held', 'left_out', 'posted', 'delivered', 'failed', 'cancelled')),
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 40),
    note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    mail_id BIGINT,
    tries BIGINT NOT NULL DEFAULT 0 CHECK (tries >= 0),
    posted_at TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, campaign_id, customer_id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id),
    CHECK ((state = 'held') = (arm IS NOT NULL AND arm = 'control')),
    CHECK (state <> 'held' OR mail_id IS NULL),
    CHECK (arm IS NOT NULL OR state = 'left_out'),
    CHECK ((state = 'left_out') = (reason <> '')),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
)"""

RECIPIENT_MOVES = (
    ("waiting", "held"),
    ("waiting", "left_out"),
    ("waiting", "posted"),
    ("waiting", "cancelled"),
    ("posted", "waiting"),
    ("posted", "delivered"),
    ("posted", "failed"),
    ("posted", "cancelled"),
    ("posted", "left_out"),
)

CLICKS = """
CREATE TABLE campaign_clicks (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    FOREIGN KEY (programme_id, campaign_id, number) REFERENCES campaign_links (programme_id, campaign_id, number),
    FOREIGN KEY (programme_id, campaign_id, customer_id)
        REFERENCES campaign_recipients (programme_id, campaign_id, customer_id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(CAMPAIGNS),
        *legal_moves("campaigns", "state", MOVES),
        both(SEGMENTS),
        both("CREATE INDEX campaign_segments_of ON campaign_segments (programme_id, segment_id)"),
        both(LINKS),
        both(RECIPIENTS),
        *legal_moves("campaign_recipients", "state", RECIPIENT_MOVES),
        both(
            "CREATE INDEX campaign_recipients_in"
            " ON campaign_recipients (programme_id, campaign_id, state, reason, customer_id)"
        ),
        both(
            "CREATE INDEX campaign_recipients_of ON campaign_recipients (programme_id, customer_id, posted_at)"
        ),
        both(CLICKS),
        both(
            "CREATE INDEX campaign_clicks_on ON campaign_clicks (programme_id, campaign_id, customer_id, number)"
        ),
        *append_only("campaign_clicks"),
    )

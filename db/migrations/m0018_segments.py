"""Segments: what they are, who is in them since when, who came and went, and the facts they are judged by.

`segment_facts` holds one row for every guest and member, so that no segment reads orders or entries
itself. Days are numbered from 1 January 1990, as ids count their milliseconds (db/ids.py).
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, migration

ID = "0018"
DESCRIPTION = "segments, their versions, members, moves, facts and sizes"

SEGMENTS = """
CREATE TABLE segments (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    handle TEXT NOT NULL CHECK (length(handle) BETWEEN 1 AND 80),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 500),
    kind TEXT NOT NULL CHECK (kind IN ('value', 'behavioural', 'declared', 'custom', 'static')),
    position BIGINT NOT NULL DEFAULT 0,
    definition JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1 CHECK (version >= 1),
    judged_version BIGINT NOT NULL DEFAULT 0 CHECK (judged_version >= 0),
    created_at TIMESTAMPTZ NOT NULL,
    archived_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, handle)
)"""

VERSIONS = """
CREATE TABLE segment_versions (
    programme_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    name TEXT NOT NULL,
    definition JSONB NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, segment_id, number),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id)
)"""

MEMBERS = """
CREATE TABLE segment_members (
    programme_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    move_id BIGINT NOT NULL,
    settled BOOLEAN NOT NULL DEFAULT false,
    facts JSONB NOT NULL,
    PRIMARY KEY (programme_id, segment_id, customer_id),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

# One refresh moves a person in or out of a segment once, so its id and the two name a move.
MOVES = """
CREATE TABLE segment_moves (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    entered BOOLEAN NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('night', 'event', 'first', 'definition', 'by_hand')),
    settled BOOLEAN NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    facts JSONB NOT NULL,
    PRIMARY KEY (programme_id, id, segment_id, customer_id),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

LISTED = """
CREATE TABLE segment_listed (
    programme_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, segment_id, customer_id),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

FACTS = """
CREATE TABLE segment_facts (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    first_day BIGINT,
    last_day BIGINT,
    f_count BIGINT NOT NULL DEFAULT 0,
    m_minor BIGINT NOT NULL DEFAULT 0,
    ever_days BIGINT NOT NULL DEFAULT 0,
    ever_minor BIGINT NOT NULL DEFAULT 0,
    days_mark BIGINT NOT NULL DEFAULT 0,
    latest_day BIGINT,
    orders_ever BIGINT NOT NULL DEFAULT 0,
    orders_year BIGINT NOT NULL DEFAULT 0,
    orders_half BIGINT NOT NULL DEFAULT 0,
    orders_quarter BIGINT NOT NULL DEFAULT 0,
    cltv_orders BIGINT NOT NULL DEFAULT 0,
    cltv_minor BIGINT NOT NULL DEFAULT 0,
    available BIGINT NOT NULL DEFAULT 0,
    points_earned BIGINT NOT NULL DEFAULT 0,
    points_redeemed BIGINT NOT NULL DEFAULT 0,
    first_points_day BIGINT,
    redeemed_day BIGINT,
    member BOOLEAN NOT NULL DEFAULT false,
    engagement BIGINT NOT NULL DEFAULT 0,
    advocacy BIGINT NOT NULL DEFAULT 0,
    actions BIGINT NOT NULL DEFAULT 0,
    r_score BIGINT NOT NULL DEFAULT 0 CHECK (r_score BETWEEN 0 AND 5),
    f_score BIGINT NOT NULL DEFAULT 0 CHECK (f_score BETWEEN 0 AND 5),
    m_score BIGINT NOT NULL DEFAULT 0 CHECK (m_score BETWEEN 0 AND 5),
    value_id BIGINT,
    value_rule BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (programme_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((first_day IS NULL) = (ever_days = 0)),
    CHECK ((r_score = 0) = (f_score = 0) AND (f_score = 0) = (m_score = 0))
)"""

STATES = """
CREATE TABLE segment_states (
    programme_id BIGINT NOT NULL PRIMARY KEY REFERENCES programmes (programme_id),
    day BIGINT NOT NULL,
    until_id BIGINT,
    yardstick JSONB NOT NULL,
    refreshed_at TIMESTAMPTZ,
    night_at TIMESTAMPTZ,
    night_before_at TIMESTAMPTZ
)"""

POLICIES = """
CREATE TABLE segment_policies (
    programme_id BIGINT NOT NULL PRIMARY KEY REFERENCES programmes (programme_id),
    scoring TEXT NOT NULL CHECK (scoring IN ('automatic', 'fixed')),
    cuts JSONB NOT NULL,
    map JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
)"""

DAYS = """
CREATE TABLE segment_days (
    programme_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    people BIGINT NOT NULL CHECK (people >= 0),
    sums JSONB NOT NULL,
    PRIMARY KEY (programme_id, segment_id, day),
    FOREIGN KEY (programme_id, segment_id) REFERENCES segments (programme_id, id)
)"""

# `taken` 0: waits; 1: a refresh has it in hand, and finds it again should it be killed.
DUE = """
CREATE TABLE segment_due (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    customer_id BIGINT NOT NULL,
    taken BIGINT NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
    PRIMARY KEY (programme_id, customer_id, taken)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(SEGMENTS),
        both("CREATE UNIQUE INDEX segments_name ON segments (programme_id, name) WHERE archived_at IS NULL"),
        both(VERSIONS),
        *append_only("segment_versions"),
        both(MEMBERS),
        both("CREATE INDEX segments_of ON segment_members (programme_id, customer_id, segment_id)"),
        both(
            "CREATE INDEX segment_members_since"
            " ON segment_members (programme_id, segment_id, since DESC, customer_id DESC)"
        ),
        both(MOVES),
        both("CREATE INDEX segment_moves_in ON segment_moves (programme_id, segment_id, id)"),
        both("CREATE INDEX segment_moves_of ON segment_moves (programme_id, customer_id, id)"),
        *append_only("segment_moves"),
        both(LISTED),
        both(FACTS),
        both(
            "CREATE INDEX segment_facts_cltv ON segment_facts (programme_id, cltv_minor)"
            " WHERE cltv_orders > 0"
        ),
        both(
            "CREATE INDEX segment_facts_available ON segment_facts (programme_id, available)"
            " WHERE member = true"
        ),
        both("CREATE INDEX segment_facts_last ON segment_facts (programme_id, last_day) WHERE ever_days > 0"),
        both("CREATE INDEX segment_facts_often ON segment_facts (programme_id, f_count) WHERE ever_days > 0"),
        both("CREATE INDEX segment_facts_money ON segment_facts (programme_id, m_minor) WHERE ever_days > 0"),
        both(
            "CREATE INDEX segment_facts_ever ON segment_facts (programme_id, ever_minor) WHERE ever_days > 0"
        ),
        both(STATES),
        both(POLICIES),
        both(DAYS),
        both(DUE),
        # What a person's orders are worth, without reading the orders.
        both(
            "CREATE INDEX orders_worth ON orders (programme_id, customer_id, id, total_minor, refunded_minor)"
            " WHERE status = 'paid' AND test = false"
        ),
    )

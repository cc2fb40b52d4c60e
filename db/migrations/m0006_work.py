"""What happened and what is still to be done: audit actions, jobs, outbox, inbound events."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, migration

ID = "0006"
DESCRIPTION = "audit actions, jobs, outbox, inbound events"

ACTIONS = """
CREATE TABLE actions (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    verb TEXT NOT NULL CHECK (length(verb) BETWEEN 1 AND 60),
    subject_kind TEXT NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 40),
    subject_id BIGINT,
    customer_id BIGINT,
    sentence TEXT NOT NULL CHECK (length(sentence) <= 500),
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    undo JSONB,
    undoes_id BIGINT,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid)
)"""

JOBS = """
CREATE TABLE jobs (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    args JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'done', 'dead')),
    run_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts BIGINT NOT NULL DEFAULT 8 CHECK (max_attempts >= 1),
    lease_until TIMESTAMPTZ,
    worker TEXT NOT NULL DEFAULT '',
    dedupe_key TEXT,
    last_error TEXT NOT NULL DEFAULT '' CHECK (length(last_error) <= 2000),
    created_at TIMESTAMPTZ NOT NULL,
    done_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
)"""

OUTBOX = """
CREATE TABLE outbox (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    topic TEXT NOT NULL CHECK (length(topic) BETWEEN 1 AND 60),
    customer_id BIGINT,
    payload JSONB NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id)
)"""

INBOUND_EVENTS = """
CREATE TABLE inbound_events (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    topic TEXT NOT NULL CHECK (length(topic) BETWEEN 1 AND 80),
    delivery_id TEXT NOT NULL CHECK (length(delivery_id) BETWEEN 1 AND 200),
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'done', 'ignored', 'dead')),
    note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    attempts BIGINT NOT NULL DEFAULT 0,
    received_at TIMESTAMPTZ NOT NULL,
    applied_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, store_id, delivery_id),
    FOREIGN KEY (programme_id, store_id) REFERENCES stores (programme_id, id),
    CHECK ((state = 'new') = (applied_at IS NULL))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(ACTIONS),
        both("CREATE INDEX actions_on ON actions (programme_id, subject_kind, subject_id, id)"),
        both("CREATE INDEX actions_of ON actions (programme_id, customer_id, id)"),
        both(
            "CREATE UNIQUE INDEX actions_undone_once ON actions (programme_id, undoes_id)"
            " WHERE undoes_id IS NOT NULL"
        ),
        *append_only("actions"),
        both(JOBS),
        both("CREATE INDEX jobs_ready ON jobs (run_at, id) WHERE state = 'ready'"),
        both("CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'leased'"),
        both("CREATE INDEX jobs_dead ON jobs (programme_id, id) WHERE state = 'dead'"),
        both(
            "CREATE UNIQUE INDEX jobs_once ON jobs (programme_id, dedupe_key)"
            " WHERE dedupe_key IS NOT NULL AND state IN ('ready', 'leased')"
        ),
        both(OUTBOX),
        both("CREATE INDEX outbox_unsent ON outbox (programme_id, id) WHERE sent_at IS NULL"),
        both(INBOUND_EVENTS),
        both("CREATE INDEX inbound_new ON inbound_events (programme_id, id) WHERE state = 'new'"),
        both("CREATE INDEX inbound_dead ON inbound_events (programme_id, id) WHERE state = 'dead'"),
    )

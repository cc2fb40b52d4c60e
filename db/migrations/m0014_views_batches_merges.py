"""Saved views of the customers list, changes of many people at once, and records merged into one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0014"
DESCRIPTION = "saved views, batches, merges"

VIEWS = """
CREATE TABLE saved_views (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    staff_id BIGINT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    query TEXT NOT NULL CHECK (length(query) BETWEEN 1 AND 2000),
    shared BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, staff_id, name),
    FOREIGN KEY (programme_id, staff_id) REFERENCES staff (programme_id, id)
)"""

FIRST_VIEWS = """
CREATE TABLE first_views (
    programme_id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    view_id BIGINT NOT NULL,
    PRIMARY KEY (programme_id, staff_id),
    FOREIGN KEY (programme_id, staff_id) REFERENCES staff (programme_id, id),
    FOREIGN KEY (programme_id, view_id) REFERENCES saved_views (programme_id, id)
)"""

BATCHES = """
CREATE TABLE batches (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tag', 'untag', 'adjust', 'exclude')),
    args JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'undoing', 'undone')),
    total BIGINT NOT NULL CHECK (total >= 1),
    done BIGINT NOT NULL DEFAULT 0 CHECK (done >= 0),
    refused BIGINT NOT NULL DEFAULT 0 CHECK (refused >= 0),
    undone BIGINT NOT NULL DEFAULT 0 CHECK (undone >= 0),
    kept BIGINT NOT NULL DEFAULT 0 CHECK (kept >= 0),
    action_id BIGINT,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    actor_id BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, actor_id, key),
    CHECK (done + refused <= total),
    CHECK (undone + kept <= done)
)"""

# Who was meant, written down at the start: whoever matches later isn't touched, whoever no longer matches is.
PEOPLE = """
CREATE TABLE batch_people (
    programme_id BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'undone', 'kept')),
    action_id BIGINT,
    note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    PRIMARY KEY (programme_id, batch_id, customer_id),
    FOREIGN KEY (programme_id, batch_id) REFERENCES batches (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

MERGES = """
CREATE TABLE merges (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    kept_id BIGINT NOT NULL,
    merged_id BIGINT NOT NULL,
    action_id BIGINT,
    moved JSONB NOT NULL,
    before JSONB NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, kept_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, merged_id) REFERENCES customers (programme_id, id),
    CHECK (kept_id <> merged_id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(VIEWS),
        both("CREATE INDEX views_shared ON saved_views (programme_id, name) WHERE shared"),
        both(FIRST_VIEWS),
        both(BATCHES),
        both(PEOPLE),
        both("CREATE INDEX batch_people_state ON batch_people (programme_id, batch_id, state, customer_id)"),
        both("CREATE INDEX batches_of ON batch_people (programme_id, customer_id)"),
        both(MERGES),
        both("CREATE UNIQUE INDEX merges_once ON merges (programme_id, merged_id) WHERE undone_at IS NULL"),
        both("CREATE INDEX merges_into ON merges (programme_id, kept_id)"),
        both(
            "CREATE INDEX customers_merged ON customers (programme_id, merged_into)"
            " WHERE merged_into IS NOT NULL"
        ),
    )

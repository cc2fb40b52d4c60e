"""What a team writes about a customer, and what an edit replaced. Both can be forgotten (PRODUCT O4)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0009"
DESCRIPTION = "team notes, values of edits"

NOTES = """
CREATE TABLE notes (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 2000),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

# Beside the audit trail, which can't be changed: these rows go when the person is erased.
CUSTOMER_EDITS = """
CREATE TABLE customer_edits (
    programme_id BIGINT NOT NULL,
    action_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('name', 'birthday', 'email', 'phone', 'tags')),
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    PRIMARY KEY (programme_id, action_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(NOTES),
        both("CREATE INDEX notes_of ON notes (programme_id, customer_id, id) WHERE removed_at IS NULL"),
        both(CUSTOMER_EDITS),
        both("CREATE INDEX customer_edits_of ON customer_edits (programme_id, customer_id, action_id)"),
    )

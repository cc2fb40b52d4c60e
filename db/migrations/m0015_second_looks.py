"""Two people and two steps: adjustments that ask a second person, one-time codes for signing in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration

ID = "0015"
DESCRIPTION = "approvals of adjustments, two-step sign-in"

APPROVALS = """
CREATE TABLE approvals (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    points BIGINT NOT NULL CHECK (points <> 0),
    reason TEXT NOT NULL CHECK (length(reason) <= 500),
    comment TEXT NOT NULL CHECK (length(comment) <= 500),
    counts_for_tiers BOOLEAN NOT NULL DEFAULT false,
    expires_at TIMESTAMPTZ,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 190),
    asked_by BIGINT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    lapses_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'declined', 'withdrawn', 'lapsed')),
    decided_by BIGINT,
    decided_at TIMESTAMPTZ,
    decision_reason TEXT NOT NULL DEFAULT '' CHECK (length(decision_reason) <= 500),
    entry_id BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, customer_id, key),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, asked_by) REFERENCES staff (programme_id, id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id),
    CHECK ((status = 'waiting') = (decided_at IS NULL)),
    CHECK ((status = 'approved') = (entry_id IS NOT NULL)),
    CHECK (decided_by IS NULL OR status = 'withdrawn' OR decided_by <> asked_by)
)"""

RECOVERY_CODES = """
CREATE TABLE recovery_codes (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    code_hash TEXT NOT NULL CHECK (length(code_hash) = 64),
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, staff_id, code_hash),
    FOREIGN KEY (programme_id, staff_id) REFERENCES staff (programme_id, id)
)"""

# Whose role is here must sign in with a code as well.
TWO_STEP_ROLES = """
CREATE TABLE two_step_roles (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'service', 'analyst', 'read_only')),
    PRIMARY KEY (programme_id, role)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(APPROVALS),
        both("CREATE INDEX approvals_waiting ON approvals (programme_id, id) WHERE status = 'waiting'"),
        both("CREATE INDEX approvals_asked_by ON approvals (programme_id, asked_by, id)"),
        both("CREATE INDEX approvals_of ON approvals (programme_id, customer_id, id)"),
        both(RECOVERY_CODES),
        both(TWO_STEP_ROLES),
        both("ALTER TABLE staff ADD COLUMN totp_since TIMESTAMPTZ"),
        both("ALTER TABLE staff ADD COLUMN totp_step BIGINT"),
        both("ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMPTZ"),
    )

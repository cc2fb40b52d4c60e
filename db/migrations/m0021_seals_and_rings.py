"""Every action sealed with the hash of the one before it; marks that people share, and rings decided together."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, migration, postgres, sqlite

ID = "0021"
DESCRIPTION = "seals of the audit trail, marks of people, decisions about rings"

SEALS = """
CREATE TABLE audit_seals (
    programme_id BIGINT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 1),
    action_id BIGINT NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, seq),
    UNIQUE (programme_id, action_id)
)"""

# A trigger fills it, so that nothing gets into the trail without waiting for its seal.
UNSEALED = """
CREATE TABLE unsealed_actions (
    programme_id BIGINT NOT NULL,
    action_id BIGINT NOT NULL,
    PRIMARY KEY (programme_id, action_id)
)"""
WAIT_SQLITE = """
CREATE TRIGGER actions_unsealed AFTER INSERT ON actions BEGIN
    INSERT INTO unsealed_actions (programme_id, action_id) VALUES (NEW.programme_id, NEW.id);
END"""
WAIT_FUNCTION = """
CREATE OR REPLACE FUNCTION note_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unsealed_actions (programme_id, action_id) VALUES (NEW.programme_id, NEW.id);
    RETURN NULL;
END $$"""
WAIT_POSTGRES = (
    "CREATE TRIGGER actions_unsealed AFTER INSERT ON actions FOR EACH ROW EXECUTE FUNCTION note_unsealed()"
)

# What is known of a friend before they are a customer is known of their referral. Only hashes.
REFERRAL_MARKS = """
CREATE TABLE referral_marks (
    programme_id BIGINT NOT NULL,
    referral_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('alias', 'ip', 'device', 'address', 'payment')),
    mark TEXT NOT NULL CHECK (length(mark) = 32),
    PRIMARY KEY (programme_id, referral_id, kind, mark),
    FOREIGN KEY (programme_id, referral_id) REFERENCES referrals (programme_id, id) ON DELETE CASCADE
)"""
CUSTOMER_MARKS = """
CREATE TABLE customer_marks (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('alias', 'ip', 'device', 'address', 'payment')),
    mark TEXT NOT NULL CHECK (length(mark) = 32),
    PRIMARY KEY (programme_id, customer_id, kind, mark),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""
BACKFILL_SQLITE = """
INSERT INTO referral_marks (programme_id, referral_id, kind, mark)
    SELECT r.programme_id, r.id, s.key, s.value FROM referrals r, json_each(r.signals) s
    WHERE s.key IN ('ip', 'device', 'address', 'payment') AND length(s.value) = 32"""
BACKFILL_POSTGRES = """
INSERT INTO referral_marks (programme_id, referral_id, kind, mark)
    SELECT r.programme_id, r.id, s.key, s.value FROM referrals r, jsonb_each_text(r.signals) s
    WHERE s.key IN ('ip', 'device', 'address', 'payment') AND length(s.value) = 32"""

RINGS = """
CREATE TABLE ring_decisions (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('let_through', 'blocked')),
    at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid)
)"""
RING_REFERRALS = """
CREATE TABLE ring_referrals (
    programme_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    referral_id BIGINT NOT NULL,
    PRIMARY KEY (programme_id, decision_id, referral_id),
    FOREIGN KEY (programme_id, decision_id) REFERENCES ring_decisions (programme_id, id),
    FOREIGN KEY (programme_id, referral_id) REFERENCES referrals (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(SEALS),
        *append_only("audit_seals"),
        both(UNSEALED),
        both("INSERT INTO unsealed_actions (programme_id, action_id) SELECT programme_id, id FROM actions"),
        sqlite(WAIT_SQLITE),
        postgres(WAIT_FUNCTION),
        postgres(WAIT_POSTGRES),
        both(REFERRAL_MARKS),
        both("CREATE INDEX referral_marks_shared ON referral_marks (programme_id, kind, mark, referral_id)"),
        both(CUSTOMER_MARKS),
        both("CREATE INDEX customer_marks_shared ON customer_marks (programme_id, kind, mark, customer_id)"),
        sqlite(BACKFILL_SQLITE),
        postgres(BACKFILL_POSTGRES),
        both(RINGS),
        both(RING_REFERRALS),
        both("CREATE INDEX ring_referrals_of ON ring_referrals (programme_id, referral_id)"),
    )

"""The ledger: entries, the lots they open, what debits drew from which lot, and debts.

Entries, allocations and expiry moves only grow. A balance is always their sum.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, migration

ID = "0004"
DESCRIPTION = "accounts, ledger entries, lots, allocations, debts, expiry moves"

ACCOUNTS = """
CREATE TABLE accounts (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    balance BIGINT NOT NULL DEFAULT 0,
    debt BIGINT NOT NULL DEFAULT 0 CHECK (debt >= 0),
    earned BIGINT NOT NULL DEFAULT 0 CHECK (earned >= 0),
    redeemed BIGINT NOT NULL DEFAULT 0,
    expired BIGINT NOT NULL DEFAULT 0 CHECK (expired >= 0),
    clawed_back BIGINT NOT NULL DEFAULT 0,
    adjusted BIGINT NOT NULL DEFAULT 0,
    qualifying BIGINT NOT NULL DEFAULT 0,
    seq BIGINT NOT NULL DEFAULT 0 CHECK (seq >= 0),
    PRIMARY KEY (programme_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

ENTRIES = """
CREATE TABLE ledger_entries (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('earn_order', 'earn_action', 'bonus', 'referral', 'tier_reward',
        'campaign', 'adjust', 'redeem', 'redeem_reversal', 'refund_clawback', 'clawback_reversal',
        'expire', 'import', 'merge', 'undo')),
    points BIGINT NOT NULL CHECK (points <> 0),
    qualifying BIGINT NOT NULL DEFAULT 0,
    balance_after BIGINT NOT NULL,
    effective_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    available_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    store_id BIGINT,
    order_id BIGINT,
    rule_version_id BIGINT,
    issued_reward_id BIGINT,
    referral_id BIGINT,
    review_id BIGINT,
    reverses_id BIGINT,
    breakdown JSONB NOT NULL,
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    comment TEXT NOT NULL DEFAULT '' CHECK (length(comment) <= 500),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key),
    UNIQUE (programme_id, customer_id, seq),
    FOREIGN KEY (programme_id, customer_id) REFERENCES accounts (programme_id, customer_id),
    CHECK (points > 0 OR kind NOT IN ('earn_order', 'earn_action', 'bonus', 'referral', 'tier_reward',
        'campaign', 'redeem_reversal', 'clawback_reversal')),
    CHECK (points < 0 OR kind NOT IN ('redeem', 'refund_clawback', 'expire')),
    CHECK (reverses_id IS NULL OR reverses_id <> id)
)"""

LOTS = """
CREATE TABLE lots (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    order_id BIGINT,
    points BIGINT NOT NULL CHECK (points > 0),
    remaining BIGINT NOT NULL CHECK (remaining BETWEEN 0 AND points),
    available_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    notified_at TIMESTAMPTZ,
    lapses_at TIMESTAMPTZ,
    PRIMARY KEY (programme_id, id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id),
    CHECK (lapses_at IS NULL OR (expires_at IS NOT NULL AND lapses_at >= expires_at)),
    CHECK (lapses_at IS NULL OR notified_at IS NOT NULL)
)"""

ALLOCATIONS = """
CREATE TABLE allocations (
    programme_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    lot_id BIGINT NOT NULL,
    by_entry_id BIGINT NOT NULL,
    points BIGINT NOT NULL CHECK (points <> 0),
    PRIMARY KEY (programme_id, entry_id, lot_id, by_entry_id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id),
    FOREIGN KEY (programme_id, by_entry_id) REFERENCES ledger_entries (programme_id, id),
    FOREIGN KEY (programme_id, lot_id) REFERENCES lots (programme_id, id)
)"""

DEBTS = """
CREATE TABLE debts (
    programme_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    points BIGINT NOT NULL CHECK (points > 0),
    remaining BIGINT NOT NULL CHECK (remaining BETWEEN 0 AND points),
    cancelled BIGINT NOT NULL DEFAULT 0 CHECK (cancelled BETWEEN 0 AND points),
    PRIMARY KEY (programme_id, entry_id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id)
)"""

EXPIRY_MOVES = """
CREATE TABLE expiry_moves (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    lot_id BIGINT NOT NULL,
    from_at TIMESTAMPTZ,
    to_at TIMESTAMPTZ,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    FOREIGN KEY (programme_id, lot_id) REFERENCES lots (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(ACCOUNTS),
        both(ENTRIES),
        both("CREATE INDEX entries_of ON ledger_entries (programme_id, customer_id, id)"),
        both("CREATE INDEX entries_by_kind ON ledger_entries (programme_id, kind, id)"),
        both(
            "CREATE INDEX entries_by_order ON ledger_entries (programme_id, order_id)"
            " WHERE order_id IS NOT NULL"
        ),
        both(
            "CREATE UNIQUE INDEX entries_reversed_once ON ledger_entries (programme_id, reverses_id)"
            " WHERE reverses_id IS NOT NULL"
        ),
        *append_only("ledger_entries"),
        both(LOTS),
        both(
            "CREATE INDEX lots_open ON lots (programme_id, customer_id, expires_at, id) WHERE remaining > 0"
        ),
        both("CREATE INDEX lots_by_entry ON lots (programme_id, entry_id)"),
        both("CREATE INDEX lots_lapsing ON lots (programme_id, lapses_at) WHERE remaining > 0"),
        both("CREATE INDEX lots_to_notify ON lots (programme_id, expires_at) WHERE remaining > 0"),
        both(ALLOCATIONS),
        both("CREATE INDEX allocations_by_lot ON allocations (programme_id, lot_id)"),
        *append_only("allocations"),
        both(DEBTS),
        both("CREATE INDEX debts_open ON debts (programme_id, customer_id, entry_id) WHERE remaining > 0"),
        both(EXPIRY_MOVES),
        *append_only("expiry_moves"),
    )

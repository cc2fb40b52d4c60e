"""Bounces, and opens of those who agreed; how many mails may go out an hour; work that is urgent. PRODUCT M4, M5."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, legal_moves, migration, postgres, sqlite, widen
from db.migrations.m0026_campaigns import RECIPIENT_MOVES

ID = "0030"
DESCRIPTION = "mails that come back, opens of those who agreed, a rate of sending, and urgent work"

MAIL_STATES = "'waiting', 'sending', 'sent', 'refused', 'unknown', 'dropped'"
RECIPIENT_STATES = "'waiting', 'held', 'left_out', 'posted', 'delivered', 'failed', 'cancelled'"
SOURCES = "'portal', 'mail_link', 'staff', 'import', 'api', 'merge'"
ROLES = "'', 'channels', 'topics', 'pause'"
MOVES = (
    *RECIPIENT_MOVES,
    ("posted", "bounced"),
    ("delivered", "bounced"),
    ("failed", "bounced"),
)


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        *widen("mails", "state", MAIL_STATES, "'bounced'"),
        *widen("campaign_recipients", "state", RECIPIENT_STATES, "'bounced'"),
        *widen("preference_answers", "source", SOURCES, "'mailbox'"),
        *widen("preference_questions", "role", ROLES, "'opens'"),
        both("ALTER TABLE campaign_recipients ADD COLUMN measured BOOLEAN NOT NULL DEFAULT false"),
        both("ALTER TABLE campaign_recipients ADD COLUMN opened_at TIMESTAMPTZ"),
        both("ALTER TABLE campaign_recipients ADD COLUMN opens BIGINT NOT NULL DEFAULT 0 CHECK (opens >= 0)"),
        both("ALTER TABLE contact_choices ADD COLUMN opens BOOLEAN"),
        both("ALTER TABLE programmes ADD COLUMN measures_opens BOOLEAN NOT NULL DEFAULT false"),
        both(
            "ALTER TABLE programmes ADD COLUMN mails_an_hour BIGINT NOT NULL DEFAULT 0"
            " CHECK (mails_an_hour BETWEEN 0 AND 1000000)"
        ),
        both("ALTER TABLE jobs ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT false"),
        both("CREATE INDEX jobs_urgent ON jobs (run_at, id) WHERE state = 'ready' AND urgent = true"),
        sqlite("DROP TRIGGER campaign_recipients_state_moves"),
        postgres("DROP TRIGGER campaign_recipients_state_moves ON campaign_recipients"),
        *legal_moves("campaign_recipients", "state", MOVES),
    )

"""Quizzes, polls, challenges and pledges; who took part; what it gave them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, migration, widen

ID = "0022"
DESCRIPTION = "surveys, editions, responses, awards"

SOURCES = "'redemption', 'tier', 'referral', 'campaign', 'birthday', 'goodwill'"

SURVEYS = """
CREATE TABLE surveys (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 60),
    kind TEXT NOT NULL CHECK (kind IN ('quiz', 'poll', 'challenge', 'pledge')),
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    definition JSONB NOT NULL,
    edition_id BIGINT,
    opens_at TIMESTAMPTZ,
    closes_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key),
    CHECK (status <> 'published' OR edition_id IS NOT NULL),
    CHECK (opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at)
)"""

EDITIONS = """
CREATE TABLE survey_editions (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    survey_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    definition JSONB NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, survey_id, number),
    FOREIGN KEY (programme_id, survey_id) REFERENCES surveys (programme_id, id)
)"""

RESPONSES = """
CREATE TABLE survey_responses (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    survey_id BIGINT NOT NULL,
    edition_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'missed')),
    outcome TEXT,
    answers JSONB NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, survey_id, customer_id),
    FOREIGN KEY (programme_id, survey_id) REFERENCES surveys (programme_id, id),
    FOREIGN KEY (programme_id, edition_id) REFERENCES survey_editions (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    CHECK ((state = 'open') = (finished_at IS NULL)),
    CHECK (state <> 'done' OR outcome IS NOT NULL)
)"""

AWARDS = """
CREATE TABLE survey_awards (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    survey_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    points BIGINT NOT NULL CHECK (points >= 0),
    entry_id BIGINT,
    issued_reward_id BIGINT,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, survey_id, customer_id),
    FOREIGN KEY (programme_id, survey_id) REFERENCES surveys (programme_id, id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id),
    FOREIGN KEY (programme_id, issued_reward_id) REFERENCES issued_rewards (programme_id, id)
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        *widen("issued_rewards", "source", SOURCES, "'survey'"),
        both(SURVEYS),
        both(EDITIONS),
        *append_only("survey_editions"),
        both(RESPONSES),
        both("CREATE INDEX survey_responses_of ON survey_responses (programme_id, customer_id, id)"),
        both("CREATE INDEX survey_responses_by ON survey_responses (programme_id, survey_id, outcome, id)"),
        both(
            "CREATE INDEX survey_responses_open ON survey_responses (programme_id, customer_id, ends_at)"
            " WHERE state = 'open'"
        ),
        both(AWARDS),
        both("CREATE INDEX survey_awards_of ON survey_awards (programme_id, customer_id)"),
        *append_only("survey_awards"),
    )

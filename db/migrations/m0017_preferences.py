"""What customers tell on purpose: questions, answers, what may be sent, the completed profile, surprises."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import append_only, both, guard, migration

ID = "0017"
DESCRIPTION = "questions, wordings, answers, contact choices, completed profiles, birthday surprises"

QUESTIONS = """
CREATE TABLE preference_questions (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 40),
    section TEXT NOT NULL CHECK (section IN ('interests', 'communication', 'values', 'rewards', 'profile')),
    kind TEXT NOT NULL CHECK (kind IN ('one', 'many', 'yes_no', 'frequency', 'birthday', 'text')),
    role TEXT NOT NULL DEFAULT '' CHECK (role IN ('', 'channels', 'topics', 'pause')),
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    position BIGINT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    help TEXT NOT NULL DEFAULT '' CHECK (length(help) <= 300),
    purpose TEXT NOT NULL DEFAULT '' CHECK (length(purpose) <= 300),
    options JSONB NOT NULL,
    boost_percent BIGINT CHECK (boost_percent BETWEEN 101 AND 1000),
    wording_id BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, key),
    CHECK (status <> 'published' OR wording_id IS NOT NULL)
)"""

WORDINGS = """
CREATE TABLE preference_wordings (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    question_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    title TEXT NOT NULL,
    help TEXT NOT NULL,
    purpose TEXT NOT NULL,
    options JSONB NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, question_id, number),
    FOREIGN KEY (programme_id, question_id) REFERENCES preference_questions (programme_id, id)
)"""

ANSWERS = """
CREATE TABLE preference_answers (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    question_id BIGINT NOT NULL,
    wording_id BIGINT NOT NULL,
    verb TEXT NOT NULL CHECK (verb IN ('given', 'withdrawn')),
    source TEXT NOT NULL CHECK (source IN ('portal', 'mail_link', 'staff', 'import', 'api', 'merge')),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'member', 'api')),
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, question_id) REFERENCES preference_questions (programme_id, id),
    FOREIGN KEY (programme_id, wording_id) REFERENCES preference_wordings (programme_id, id)
)"""

# Beside the history, which can't be changed: what was answered goes when the person is erased.
CONTENTS = """
CREATE TABLE preference_contents (
    programme_id BIGINT NOT NULL,
    answer_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    options JSONB NOT NULL,
    body TEXT NOT NULL DEFAULT '' CHECK (length(body) <= 500),
    PRIMARY KEY (programme_id, answer_id),
    FOREIGN KEY (programme_id, answer_id) REFERENCES preference_answers (programme_id, id)
)"""

CURRENT = """
CREATE TABLE preference_current (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    question_id BIGINT NOT NULL,
    answer_id BIGINT NOT NULL,
    PRIMARY KEY (programme_id, customer_id, question_id),
    FOREIGN KEY (programme_id, answer_id) REFERENCES preference_answers (programme_id, id)
)"""

CHOICES = """
CREATE TABLE preference_choices (
    programme_id BIGINT NOT NULL,
    question_key TEXT NOT NULL,
    option_key TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, question_key, option_key, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

CONTACTS = """
CREATE TABLE contact_choices (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    email BOOLEAN,
    sms BOOLEAN,
    portal BOOLEAN,
    weekly_digest BOOLEAN,
    new_rewards BOOLEAN,
    big_sales BOOLEAN,
    paused_until TIMESTAMPTZ,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

COMPLETIONS = """
CREATE TABLE profile_completions (
    programme_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    points BIGINT NOT NULL CHECK (points >= 0),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id)
)"""

PRIZES = """
CREATE TABLE surprise_prizes (
    programme_id BIGINT NOT NULL REFERENCES programmes (programme_id),
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    weight BIGINT NOT NULL CHECK (weight BETWEEN 1 AND 1000000),
    stock BIGINT CHECK (stock >= 0),
    points BIGINT CHECK (points >= 1),
    reward_id BIGINT,
    status TEXT NOT NULL CHECK (status IN ('active', 'archived')),
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    FOREIGN KEY (programme_id, reward_id) REFERENCES rewards (programme_id, id),
    CHECK ((points IS NULL) <> (reward_id IS NULL))
)"""

DRAWS = """
CREATE TABLE surprise_draws (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    seed TEXT NOT NULL CHECK (length(seed) = 64),
    pool JSONB NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 1),
    ticket BIGINT NOT NULL CHECK (ticket >= 0 AND ticket < total),
    prize_id BIGINT NOT NULL,
    entry_id BIGINT,
    issued_reward_id BIGINT,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, id),
    UNIQUE (programme_id, uid),
    UNIQUE (programme_id, customer_id),
    FOREIGN KEY (programme_id, customer_id) REFERENCES customers (programme_id, id),
    FOREIGN KEY (programme_id, prize_id) REFERENCES surprise_prizes (programme_id, id),
    FOREIGN KEY (programme_id, entry_id) REFERENCES ledger_entries (programme_id, id),
    FOREIGN KEY (programme_id, issued_reward_id) REFERENCES issued_rewards (programme_id, id),
    CHECK ((entry_id IS NULL) <> (issued_reward_id IS NULL))
)"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(QUESTIONS),
        both(WORDINGS),
        *append_only("preference_wordings"),
        both(ANSWERS),
        both("CREATE INDEX preference_answers_of ON preference_answers (programme_id, customer_id, id)"),
        *append_only("preference_answers"),
        both(CONTENTS),
        both("CREATE INDEX preference_contents_of ON preference_contents (programme_id, customer_id)"),
        *guard("preference_contents", "options", "1 = 1", "what was answered is not rewritten"),
        *guard("preference_contents", "body", "1 = 1", "what was answered is not rewritten"),
        both(CURRENT),
        both(
            "CREATE INDEX preference_current_to ON preference_current (programme_id, question_id, customer_id)"
        ),
        both(CHOICES),
        both("CREATE INDEX preference_choices_of ON preference_choices (programme_id, customer_id)"),
        both(CONTACTS),
        both(COMPLETIONS),
        both(PRIZES),
        both(DRAWS),
        *append_only("surprise_draws"),
    )

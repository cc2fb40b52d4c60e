"""Opens, messages read in the portal and what became of texts, counted as a campaign's people are. PRODUCT M4.

The counters of m0027 grow by columns. On PostgreSQL a statement that moves nobody writes no counter, and one that
leaves people where they are writes one instead of two.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import Sql, both, migration, postgres, sqlite

ID = "0035"
DESCRIPTION = "opens, messages read and texts counted by the database; automations begin for many in lots"

COUNTED = {
    "clicked": "{}clicked_at IS NOT NULL",
    "measured": "{}measured",
    "opened": "{}opened_at IS NOT NULL",
    "mails": "{}mail_id IS NOT NULL",
    "messages": "{}message_id IS NOT NULL",
    "messages_read": "{}read_at IS NOT NULL",
    "texts": "{}call_id IS NOT NULL",
    "texts_taken": "{}call_state = 'sent'",
    "texts_refused": "{}call_state = 'refused'",
}
"""What a tally counts of its people, by column, and when one of them counts. `opens` is added up beside them."""

NEW = (
    "measured",
    "opened",
    "opens",
    "mails",
    "messages",
    "messages_read",
    "texts",
    "texts_taken",
    "texts_refused",
)
FROM = ("arm", "state", "reason", "clicked_at", "measured", "opened_at", "opens", "mail_id", "message_id", "read_at",
        "call_id", "call_state")  # fmt: skip
"""The columns of a person that a tally is made from."""

KNOWN = (
    """UPDATE campaign_recipients SET read_at = (SELECT m.read_at FROM portal_messages m
      WHERE m.programme_id = campaign_recipients.programme_id AND m.id = campaign_recipients.message_id)
    WHERE message_id IS NOT NULL""",
    """UPDATE campaign_recipients SET call_state = coalesce((SELECT k.state FROM endpoint_calls k
      WHERE k.programme_id = campaign_recipients.programme_id AND k.id = campaign_recipients.call_id
        AND k.state <> 'waiting'), '') WHERE call_id IS NOT NULL""",
)

_KEY = ("programme_id", "campaign_id", "arm", "state", "reason")
_PLACE = "programme_id, campaign_id, coalesce(arm, '') AS arm, state, reason"
_ALL = (*COUNTED, "opens")
_COLUMNS = ", ".join((*_KEY, "people", *_ALL))
_SUMS = ", ".join(
    f"count(CASE WHEN {when.format('')} THEN 1 END) AS {name}" for name, when in COUNTED.items()
)
_TALLY = f"""SELECT {_PLACE}, count(*) AS people, {_SUMS}, CAST(sum(opens) AS BIGINT) AS opens
        FROM {{}} GROUP BY 1, 2, 3, 4, 5"""
_SAME = " AND ".join(f"t.{each} = d.{each}" for each in _KEY)

COUNT_ONCE = f"""UPDATE campaign_tallies SET {", ".join(f"{name} = d.{name}" for name in NEW)}
    FROM ({_TALLY.format("campaign_recipients")}) d
    WHERE {_SAME.replace("t.", "campaign_tallies.")}"""

# SQLite has triggers by the row only; it has one writer, and what it adds to is at hand.
_OLD = ", ".join(f"{name} = {name} - coalesce({when.format('OLD.')}, 0)" for name, when in COUNTED.items())
_LESS = f"""UPDATE campaign_tallies SET people = people - 1, {_OLD}, opens = opens - OLD.opens
    WHERE programme_id = OLD.programme_id AND campaign_id = OLD.campaign_id AND arm = coalesce(OLD.arm, '')
      AND state = OLD.state AND reason = OLD.reason;"""
_MORE = f"""INSERT INTO campaign_tallies ({_COLUMNS})
    VALUES (NEW.programme_id, NEW.campaign_id, coalesce(NEW.arm, ''), NEW.state, NEW.reason, 1,
      {", ".join(when.format("NEW.") for when in COUNTED.values())}, NEW.opens)
    ON CONFLICT (programme_id, campaign_id, arm, state, reason)
      DO UPDATE SET people = people + 1, {", ".join(f"{name} = {name} + excluded.{name}" for name in _ALL)};"""

# PostgreSQL adds once a statement. Whoever leaves a place and whoever comes there is settled first: nothing may be
# left to write. What is added to is looked for and made in one statement, or a tally made by somebody else in
# between would be missed.
_NET = f"""SELECT {", ".join(_KEY)}, CAST(sum(people) AS BIGINT) AS people,
        {", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in _ALL)}
      FROM ({_TALLY.format("come")} UNION ALL
        SELECT {", ".join(_KEY)}, -people, {", ".join(f"-{name}" for name in _ALL)} FROM ({_TALLY.format("gone")}) g) b
      GROUP BY 1, 2, 3, 4, 5
      HAVING {" OR ".join(f"sum({name}) <> 0" for name in ("people", *_ALL))}"""
_ADD = ", ".join(f"{name} = t.{name} + d.{name}" for name in ("people", *_ALL))
_ADD_NEW = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in ("people", *_ALL))
_INSERT = f"""INSERT INTO campaign_tallies AS t ({_COLUMNS}) {{}}
          ON CONFLICT (programme_id, campaign_id, arm, state, reason) DO UPDATE SET {_ADD_NEW};"""
_UNMET = f"""SELECT {_COLUMNS} FROM net WHERE NOT EXISTS (SELECT 1 FROM met t
            WHERE {_SAME.replace("d.", "net.")})"""
TALLY = f"""CREATE OR REPLACE FUNCTION campaign_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {_INSERT.format(_TALLY.format("come"))}
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE campaign_tallies t SET {_ADD.replace("+", "-")} FROM ({_TALLY.format("gone")}) d WHERE {_SAME};
    ELSE
        WITH net AS ({_NET}),
          met AS (UPDATE campaign_tallies t SET {_ADD} FROM net d WHERE {_SAME}
            RETURNING {", ".join(f"t.{each}" for each in _KEY)})
        {_INSERT.format(_UNMET)}
    END IF;
    RETURN NULL;
END $$"""

# Whoever was merged keeps their place under the record they had; the message went over to the other.
_READ = """UPDATE campaign_recipients SET read_at = NEW.read_at WHERE programme_id = NEW.programme_id
      AND campaign_id = NEW.campaign_id AND message_id = NEW.id AND customer_id IN (SELECT c.id FROM customers c
        WHERE c.programme_id = NEW.programme_id AND (c.id = NEW.customer_id OR c.merged_into = NEW.customer_id));"""
READ = f"""CREATE OR REPLACE FUNCTION campaign_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_READ}
    RETURN NULL;
END $$"""


def _counted() -> tuple[Sql, ...]:
    people = "campaign_recipients"
    return (
        *(sqlite(f"DROP TRIGGER {people}_{name}") for name in ("come", "gone", "moved")),
        sqlite(f"CREATE TRIGGER {people}_come AFTER INSERT ON {people} BEGIN {_MORE} END"),
        sqlite(f"CREATE TRIGGER {people}_gone AFTER DELETE ON {people} BEGIN {_LESS} END"),
        sqlite(
            f"CREATE TRIGGER {people}_moved AFTER UPDATE OF {', '.join(FROM)} ON {people} BEGIN {_LESS} {_MORE} END"
        ),
        sqlite(
            f"CREATE TRIGGER portal_messages_read AFTER UPDATE OF read_at ON portal_messages BEGIN {_READ} END"
        ),
        postgres(TALLY),
        postgres(READ),
        postgres(
            "CREATE TRIGGER portal_messages_read AFTER UPDATE OF read_at ON portal_messages"
            " FOR EACH ROW EXECUTE FUNCTION campaign_read()"
        ),
    )


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("ALTER TABLE campaign_recipients ADD COLUMN read_at TIMESTAMPTZ"),
        both(
            "ALTER TABLE campaign_recipients ADD COLUMN call_state TEXT NOT NULL DEFAULT ''"
            " CHECK (call_state IN ('', 'sent', 'refused', 'dropped'))"
        ),
        *(
            both(
                f"ALTER TABLE campaign_tallies ADD COLUMN {name} BIGINT NOT NULL DEFAULT 0 CHECK ({name} >= 0)"
            )
            for name in NEW
        ),
        *(both(each) for each in KNOWN),
        both(COUNT_ONCE),
        *_counted(),
        # How far an automation has looked for those who were there before it; nothing: it has looked at everybody.
        both("ALTER TABLE automations ADD COLUMN looked_to BIGINT"),
        # The unique key of campaign and customer finds a code that is left as well.
        both("DROP INDEX campaign_codes_left"),
    )

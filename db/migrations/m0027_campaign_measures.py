"""What campaigns are measured by: a general message to compare with, counters, and what was counted. PRODUCT M3, M4.

A page must not count a million recipients. So each place, with its arm, state and reason, and each click is
counted by the statement that writes it, whoever that is: `tallies_are_its_people` and `links_have_their_clicks`
of the ledger's invariants prove the counters.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import Sql, both, migration, postgres, sqlite

ID = "0027"
DESCRIPTION = "a general message for comparison, counters of campaigns, and what they did"

GENERAL = (
    "campaigns ADD COLUMN broadcast BIGINT NOT NULL DEFAULT 0 CHECK (broadcast BETWEEN 0 AND 9500)",
    "campaigns ADD COLUMN general_subject TEXT NOT NULL DEFAULT '' CHECK (length(general_subject) <= 150)",
    "campaigns ADD COLUMN general_body TEXT NOT NULL DEFAULT '' CHECK (length(general_body) <= 10000)",
    "campaign_links ADD COLUMN arm TEXT NOT NULL DEFAULT 'treatment' CHECK (arm IN ('treatment', 'broadcast'))",
)

COUNTERS = (
    "campaign_links ADD COLUMN clicks BIGINT NOT NULL DEFAULT 0 CHECK (clicks >= 0)",
    "campaign_links ADD COLUMN people BIGINT NOT NULL DEFAULT 0 CHECK (people >= 0)",
    "campaign_recipients ADD COLUMN clicked_at TIMESTAMPTZ",
)

TALLIES = """
CREATE TABLE campaign_tallies (
    programme_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    arm TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    people BIGINT NOT NULL CHECK (people >= 0),
    clicked BIGINT NOT NULL CHECK (clicked >= 0),
    PRIMARY KEY (programme_id, campaign_id, arm, state, reason),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id)
)"""

RESULTS = """
CREATE TABLE campaign_results (
    programme_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    found JSONB NOT NULL,
    counted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (programme_id, campaign_id),
    FOREIGN KEY (programme_id, campaign_id) REFERENCES campaigns (programme_id, id)
)"""

COUNT_ONCE = (
    """INSERT INTO campaign_tallies (programme_id, campaign_id, arm, state, reason, people, clicked)
    SELECT r.programme_id, r.campaign_id, coalesce(r.arm, ''), r.state, r.reason, count(*), count(r.clicked_at)
    FROM campaign_recipients r GROUP BY 1, 2, 3, 4, 5""",
    """UPDATE campaign_links SET clicks = (SELECT count(*) FROM campaign_clicks k
      WHERE k.programme_id = campaign_links.programme_id AND k.campaign_id = campaign_links.campaign_id
        AND k.number = campaign_links.number), people = (SELECT count(DISTINCT k.customer_id) FROM campaign_clicks k
      WHERE k.programme_id = campaign_links.programme_id AND k.campaign_id = campaign_links.campaign_id
        AND k.number = campaign_links.number)""",
)
FIRST_CLICKS = """UPDATE campaign_recipients SET clicked_at = (SELECT min(k.at) FROM campaign_clicks k
    WHERE k.programme_id = campaign_recipients.programme_id AND k.campaign_id = campaign_recipients.campaign_id
      AND k.customer_id = campaign_recipients.customer_id)"""

# SQLite has triggers by the row only; it has one writer, and what it adds to is at hand.
_LESS = """UPDATE campaign_tallies SET people = people - 1, clicked = clicked - (OLD.clicked_at IS NOT NULL)
    WHERE programme_id = OLD.programme_id AND campaign_id = OLD.campaign_id AND arm = coalesce(OLD.arm, '')
      AND state = OLD.state AND reason = OLD.reason;"""
_MORE = """INSERT INTO campaign_tallies (programme_id, campaign_id, arm, state, reason, people, clicked)
    VALUES (NEW.programme_id, NEW.campaign_id, coalesce(NEW.arm, ''), NEW.state, NEW.reason, 1,
      NEW.clicked_at IS NOT NULL)
    ON CONFLICT (programme_id, campaign_id, arm, state, reason)
      DO UPDATE SET people = people + 1, clicked = clicked + excluded.clicked;"""

# PostgreSQL adds once a statement: a hundred thousand places at a time are one addition.
_KEYS = "programme_id, campaign_id, coalesce(arm, '') AS arm, state, reason"
TALLY = f"""CREATE OR REPLACE FUNCTION campaign_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE campaign_tallies t SET people = t.people - g.people, clicked = t.clicked - g.clicked
        FROM (SELECT {_KEYS}, count(*) AS people, count(clicked_at) AS clicked FROM gone GROUP BY 1, 2, 3, 4, 5) g
        WHERE t.programme_id = g.programme_id AND t.campaign_id = g.campaign_id AND t.arm = g.arm
          AND t.state = g.state AND t.reason = g.reason;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO campaign_tallies AS t (programme_id, campaign_id, arm, state, reason, people, clicked)
        SELECT {_KEYS}, count(*), count(clicked_at) FROM come GROUP BY 1, 2, 3, 4, 5
        ON CONFLICT (programme_id, campaign_id, arm, state, reason)
          DO UPDATE SET people = t.people + excluded.people, clicked = t.clicked + excluded.clicked;
    END IF;
    RETURN NULL;
END $$"""

# The first statement holds the link, so that of two clicks at once the second sees the first.
_CLICK = """UPDATE campaign_links SET clicks = clicks + 1 WHERE programme_id = NEW.programme_id
      AND campaign_id = NEW.campaign_id AND number = NEW.number;
    UPDATE campaign_links SET people = people + 1 WHERE programme_id = NEW.programme_id
      AND campaign_id = NEW.campaign_id AND number = NEW.number AND NOT EXISTS (SELECT 1 FROM campaign_clicks k
        WHERE k.programme_id = NEW.programme_id AND k.campaign_id = NEW.campaign_id
          AND k.customer_id = NEW.customer_id AND k.number = NEW.number AND k.id <> NEW.id);
    UPDATE campaign_recipients SET clicked_at = NEW.at WHERE programme_id = NEW.programme_id
      AND campaign_id = NEW.campaign_id AND customer_id = NEW.customer_id AND clicked_at IS NULL;"""
CLICK = f"""CREATE OR REPLACE FUNCTION campaign_click() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_CLICK}
    RETURN NULL;
END $$"""


def _counted() -> tuple[Sql, ...]:
    people, changed = "campaign_recipients", "arm, state, reason, clicked_at"
    return (
        sqlite(f"CREATE TRIGGER {people}_come AFTER INSERT ON {people} BEGIN {_MORE} END"),
        sqlite(f"CREATE TRIGGER {people}_gone AFTER DELETE ON {people} BEGIN {_LESS} END"),
        sqlite(
            f"CREATE TRIGGER {people}_moved AFTER UPDATE OF {changed} ON {people} BEGIN {_LESS} {_MORE} END"
        ),
        sqlite(f"CREATE TRIGGER campaign_clicks_come AFTER INSERT ON campaign_clicks BEGIN {_CLICK} END"),
        postgres(TALLY),
        *(
            postgres(
                f"CREATE TRIGGER {people}_{name} AFTER {event} ON {people} REFERENCING {tables}"
                " FOR EACH STATEMENT EXECUTE FUNCTION campaign_tally()"
            )
            for name, event, tables in (
                ("come", "INSERT", "NEW TABLE AS come"),
                ("gone", "DELETE", "OLD TABLE AS gone"),
                ("moved", "UPDATE", "OLD TABLE AS gone NEW TABLE AS come"),
            )
        ),
        postgres(CLICK),
        postgres(
            "CREATE TRIGGER campaign_clicks_come AFTER INSERT ON campaign_clicks"
            " FOR EACH ROW EXECUTE FUNCTION campaign_click()"
        ),
    )


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        *(both(f"ALTER TABLE {change}") for change in (*GENERAL, *COUNTERS)),
        both(TALLIES),
        both(RESULTS),
        both(FIRST_CLICKS),
        *(both(count) for count in COUNT_ONCE),
        *_counted(),
        # Lists of a campaign's people are in the order of their outcome; each filter reads one of these from its start.
        both(
            "CREATE INDEX campaign_recipients_by_arm"
            " ON campaign_recipients (programme_id, campaign_id, arm, state, reason, customer_id)"
        ),
        both(
            "CREATE INDEX campaign_recipients_by_segment"
            " ON campaign_recipients (programme_id, campaign_id, segment_id, state, reason, customer_id)"
        ),
        both("CREATE INDEX campaign_clicks_of ON campaign_clicks (programme_id, customer_id, id)"),
    )

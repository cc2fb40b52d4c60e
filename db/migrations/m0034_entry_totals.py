"""What the ledger's entries add up to by kind and time, so that a list's head needn't read them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, postgres, sqlite

ID = "0034"
DESCRIPTION = "totals of the ledger's entries by kind and quarter of an hour, hour, day and thirty days"

# `size` and `start` count quarters of an hour since 1990 in UTC, as ids do: days of every time zone begin with one.
TOTALS = """
CREATE TABLE entry_totals (
    programme_id BIGINT NOT NULL,
    size BIGINT NOT NULL CHECK (size IN (1, 4, 96, 2880)),
    start BIGINT NOT NULL CHECK (start % size = 0),
    kind TEXT NOT NULL,
    entries BIGINT NOT NULL CHECK (entries > 0),
    credited BIGINT NOT NULL CHECK (credited >= 0),
    debited BIGINT NOT NULL CHECK (debited <= 0),
    PRIMARY KEY (programme_id, size, start, kind)
)"""

# A trigger fills it, so that no entry gets into the ledger without getting into the totals.
UNCOUNTED = """
CREATE TABLE uncounted_entries (
    programme_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (programme_id, id)
)"""
_NOTE = """INSERT INTO uncounted_entries (programme_id, id, kind, points)
        VALUES (NEW.programme_id, NEW.id, NEW.kind, NEW.points);"""
NOTE_SQLITE = f"""
CREATE TRIGGER ledger_entries_uncounted AFTER INSERT ON ledger_entries BEGIN
    {_NOTE}
END"""
NOTE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION note_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_NOTE}
    RETURN NULL;
END $$"""
NOTE_POSTGRES = (
    "CREATE TRIGGER ledger_entries_uncounted AFTER INSERT ON ledger_entries"
    " FOR EACH ROW EXECUTE FUNCTION note_uncounted()"
)

# 900,000 milliseconds, behind which an id has 22 bits more.
_FILL = """
INSERT INTO entry_totals (programme_id, size, start, kind, entries, credited, debited)
    SELECT programme_id, 1, id / 3774873600000, kind, count(*), sum(CASE WHEN points > 0 THEN points ELSE 0 END),
        sum(CASE WHEN points < 0 THEN points ELSE 0 END)
    FROM ledger_entries GROUP BY programme_id, id / 3774873600000, kind"""
_FILL_LARGER = """
INSERT INTO entry_totals (programme_id, size, start, kind, entries, credited, debited)
    SELECT programme_id, {larger}, start / {larger} * {larger}, kind, sum(entries), sum(credited), sum(debited)
    FROM entry_totals WHERE size = {size} GROUP BY programme_id, start / {larger} * {larger}, kind"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both(TOTALS),
        both(UNCOUNTED),
        # First the trigger: on PostgreSQL it waits for who is posting and keeps the next ones out.
        sqlite(NOTE_SQLITE),
        postgres(NOTE_FUNCTION),
        postgres(NOTE_POSTGRES),
        both(_FILL),
        both(_FILL_LARGER.format(size=1, larger=4)),
        both(_FILL_LARGER.format(size=4, larger=96)),
        both(_FILL_LARGER.format(size=96, larger=2880)),
    )

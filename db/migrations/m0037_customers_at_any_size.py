"""The customers list at any size: counted and sorted in indexes, a segment and a tier together in one (PRODUCT B1)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, postgres, sqlite

ID = "0037"
DESCRIPTION = "customers listed and counted in indexes alone; the tier kept beside a segment's members"

# Whoever was merged is told apart in the index, and what a list counts and sorts by stands there: none of that looks at
# the table. A shorter index for the counts alone misled SQLite's planner into reading the list by it and sorting.
INDEXES = {
    "customers_activity": "programme_id, last_activity_at DESC, id DESC, merged_into",
    "customers_type_activity": "programme_id, type, last_activity_at DESC, id DESC, merged_into",
    "customers_keys": "programme_id, id, merged_into, type, last_activity_at, spend_minor",
}

_TIER_OF = """(SELECT s.tier_id FROM customer_tiers s
      WHERE s.programme_id = {0}.programme_id AND s.customer_id = {0}.customer_id)"""
KNOWN = f"UPDATE segment_members SET tier_id = {_TIER_OF.format('segment_members')}"

# Triggers keep it, so that nobody enters a segment or a tier without the other.
_CARRY = """UPDATE segment_members SET tier_id = NEW.tier_id
        WHERE programme_id = NEW.programme_id AND customer_id = NEW.customer_id;"""
ENTERED_SQLITE = f"""
CREATE TRIGGER segment_members_tier AFTER INSERT ON segment_members BEGIN
    UPDATE segment_members SET tier_id = {_TIER_OF.format("NEW")}
        WHERE programme_id = NEW.programme_id AND segment_id = NEW.segment_id AND customer_id = NEW.customer_id;
END"""
PLACED_SQLITE = f"""
CREATE TRIGGER customer_tiers_placed AFTER INSERT ON customer_tiers BEGIN
    {_CARRY}
END"""
MOVED_SQLITE = f"""
CREATE TRIGGER customer_tiers_moved AFTER UPDATE OF tier_id ON customer_tiers
WHEN OLD.tier_id IS NOT NEW.tier_id BEGIN
    {_CARRY}
END"""
ENTERED = f"""CREATE OR REPLACE FUNCTION segment_member_tier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tier_id := {_TIER_OF.format("NEW")};
    RETURN NEW;
END $$"""
CARRIED = f"""CREATE OR REPLACE FUNCTION carry_tier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_CARRY}
    RETURN NULL;
END $$"""


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("DROP INDEX customers_activity"),
        both("DROP INDEX customers_type_activity"),
        *(both(f"CREATE INDEX {name} ON customers ({columns})") for name, columns in INDEXES.items()),
        both("ALTER TABLE segment_members ADD COLUMN tier_id BIGINT"),
        both(KNOWN),
        both(
            "CREATE INDEX segment_members_tier ON segment_members (programme_id, segment_id, tier_id, customer_id)"
        ),
        sqlite(ENTERED_SQLITE),
        sqlite(PLACED_SQLITE),
        sqlite(MOVED_SQLITE),
        postgres(ENTERED),
        postgres(CARRIED),
        postgres(
            "CREATE TRIGGER segment_members_tier BEFORE INSERT ON segment_members"
            " FOR EACH ROW EXECUTE FUNCTION segment_member_tier()"
        ),
        postgres(
            "CREATE TRIGGER customer_tiers_placed AFTER INSERT ON customer_tiers"
            " FOR EACH ROW EXECUTE FUNCTION carry_tier()"
        ),
        postgres(
            "CREATE TRIGGER customer_tiers_moved AFTER UPDATE OF tier_id ON customer_tiers"
            " FOR EACH ROW WHEN (OLD.tier_id IS DISTINCT FROM NEW.tier_id) EXECUTE FUNCTION carry_tier()"
        ),
    )

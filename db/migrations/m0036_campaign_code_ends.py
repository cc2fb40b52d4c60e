"""A code that a campaign gave is good until a day, as its offer says.

Offers of codes knew no days so far, and members saw a code for ninety: those made before keep them.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.ddl import both, migration, postgres, sqlite

ID = "0036"
DESCRIPTION = "how long codes of campaigns are good"

DAYS = 90


async def forwards() -> MigrationManager:
    return migration(
        ID,
        DESCRIPTION,
        both("ALTER TABLE campaign_codes ADD COLUMN valid_until TIMESTAMPTZ"),
        sqlite(
            "UPDATE campaign_codes SET valid_until ="
            f" strftime('%Y-%m-%d %H:%M:%S+00:00', given_at, '+{DAYS} days') WHERE given_at IS NOT NULL"
        ),
        postgres(
            f"UPDATE campaign_codes SET valid_until = given_at + INTERVAL '{DAYS} days' WHERE given_at IS NOT NULL"
        ),
        sqlite(
            f"UPDATE campaigns SET offer = json_set(offer, '$.days', {DAYS})"
            " WHERE json_extract(offer, '$.kind') = 'code'"
        ),
        postgres(
            f"UPDATE campaigns SET offer = offer || jsonb_build_object('days', {DAYS}) WHERE offer->>'kind' = 'code'"
        ),
    )

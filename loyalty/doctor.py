"""Looking for what would keep an installation from working: one sentence a check, also when all is well."""

import sqlite3
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import asyncpg

from db.engine import connect, disconnect, engine, is_sqlite, moment, one, rows, value
from db.migrate import NewerSchema, pending
from loyalty.errors import LoyaltyError
from loyalty.rules.days import zone
from loyalty.settings import BadSettings, Settings, settings

LARGEST_DRIFT = timedelta(seconds=5)
LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `sentence` says what was found, and what to do when it isn't `ok`."""

    name: str
    ok: bool
    sentence: str


async def examine() -> list[Check]:
    """Settings, key file, mail, database, migrations, clock, programmes, jobs; what can't be reached ends the list."""
    try:
        chosen = settings()
    except BadSettings as error:
        return [Check("settings", False, f"They can't be used. {error}")]
    checks = [Check("settings", True, f"Served at {chosen.base_url}."), key_file(chosen), mail(chosen)]
    try:
        await connect(chosen.database_url, **chosen.engine_options)
    except (OSError, ValueError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [*checks, Check("database", False, f"It can't be reached: {error}.")]
    try:
        return [*checks, *[await check() for check in _INSIDE], *await _jobs()]
    except _SchemaMissing as error:
        return [*checks, error.check]
    finally:
        await disconnect()


def key_file(chosen: Settings) -> Check:
    """The secret key: readable by this user only."""
    path = chosen.data_dir / "secret_key"
    if chosen.secret_key:
        return Check("secret key", True, "It comes from the environment.")
    if not path.exists():
        return Check("secret key", True, f"It will be made at the first start, in {path}.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Check(
            "secret key", False, f"{path} can be read by others (mode {mode:o}). Run: chmod 600 {path}"
        )
    return Check("secret key", True, f"{path} can be read by its owner only.")


class _SchemaMissing(Exception):
    """The tables aren't there, so nothing else can be looked at."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.sentence)
        self.check = check


async def _database() -> Check:
    query = "SELECT sqlite_version()" if is_sqlite() else "SHOW server_version"
    return Check(
        "database", True, f"{'SQLite' if is_sqlite() else 'PostgreSQL'} {await value(query)} answers."
    )


async def _migrations() -> Check:
    try:
        todo = await pending(engine())
    except NewerSchema as error:
        raise _SchemaMissing(Check("migrations", False, str(error))) from None
    if todo:
        raise _SchemaMissing(
            Check("migrations", False, f"{', '.join(todo)} are pending. Run: regulars migrate")
        )
    return Check("migrations", True, "All are applied.")


async def _clock() -> Check:
    if is_sqlite():
        return Check("clock", True, f"It is {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.")
    there = moment(await value("SELECT clock_timestamp()"))
    assert there is not None
    drift = abs(datetime.now(UTC) - there)
    if drift > LARGEST_DRIFT:
        return Check(
            "clock",
            False,
            f"Ours and the database's differ by {drift.total_seconds():.0f} s. Set both by NTP.",
        )
    return Check("clock", True, "Ours and the database's agree.")


async def _programmes() -> Check:
    found = await rows("SELECT handle, time_zone FROM programmes ORDER BY programme_id")
    if not found:
        return Check("programmes", True, "There is none yet. Run: regulars programme apply FILE.toml")
    for row in found:
        try:
            zone(row["time_zone"])
        except LoyaltyError as error:
            return Check("programmes", False, f"{row['handle']}: {error}")
    return Check("programmes", True, f"{len(found)}: {', '.join(row['handle'] for row in found[:10])}.")


async def _webhooks() -> Check:
    """Where each shop sends its webhooks; a store without a secret refuses them all."""
    stores = []
    for programme in await rows("SELECT programme_id FROM programmes ORDER BY programme_id LIMIT 10"):
        stores += await rows(
            "SELECT uid, handle, platform, webhook_secret IS NOT NULL AS signed FROM stores"
            " WHERE programme_id = {} AND platform IN ('shopify', 'woocommerce') ORDER BY id LIMIT 20",
            programme["programme_id"],
        )
    if not stores:
        return Check("webhooks", True, "No store sends any.")
    base = settings().base_url.rstrip("/")
    said = [
        f"{store['handle']}: {base}/hooks/{store['platform']}/{store['uid']}"
        + ("" if store["signed"] else " (no secret yet, so nothing is accepted)")
        for store in stores
    ]
    return Check("webhooks", True, "; ".join(said) + ".")


_INSIDE: tuple[Callable[[], Awaitable[Check]], ...] = (_database, _migrations, _clock, _programmes, _webhooks)


def mail(chosen: Settings) -> Check:
    """Without a mail server nobody can sign in to the portal, and no points expire."""
    if chosen.smtp_url:
        where = urlsplit(chosen.smtp_url)
        return Check("mail", True, f"Goes through {where.hostname}, from {chosen.mail_from}.")
    if chosen.production:
        return Check("mail", False, "No mail server: members can’t sign in. Set REGULARS_SMTP_URL.")
    return Check("mail", True, "No mail server; mail lands in the data directory and on /dev/mail.")


async def alive() -> bool:
    """Whether the connected database answers: what a health check asks. Raises what the database raises."""
    return await value("SELECT 1") == 1


async def _jobs() -> list[Check]:
    late = await one(
        "SELECT count(*) AS n FROM jobs WHERE state = 'ready' AND run_at < {}", datetime.now(UTC) - LATE
    )
    dead = await one("SELECT count(*) AS n FROM jobs WHERE state = 'dead'")
    assert late is not None
    assert dead is not None
    waiting = Check("jobs", True, "None is late.")
    if late["n"]:
        waiting = Check("jobs", False, f"{late['n']:,} wait for more than ten minutes. Is a worker running?")
    buried = Check("dead jobs", True, "None has given up.")
    if dead["n"]:
        buried = Check("dead jobs", False, f"{dead['n']:,} gave up. Home in the admin leads to them.")
    return [waiting, buried]

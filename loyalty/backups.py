"""Copies of the whole database that can be put back: SQLite by itself, PostgreSQL by its own pg_dump."""

import asyncio
import gzip
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from loyalty.errors import Invalid, NotAllowed
from loyalty.integrations import files

_SQLITE = "sqlite:///"


async def backup(url: str, target: Path) -> None:
    """Copy the database at `url` to `target` (.gz: gzipped) while it is in use, complete or not at all.

    Raises Invalid when there is no database, no pg_dump, or the file can't be written or is the database.
    """
    _refuse_itself(url, target)
    with _beside(target) as unfinished:
        if url.startswith(_SQLITE):
            await asyncio.to_thread(_copy_sqlite, Path(url.removeprefix(_SQLITE)), unfinished)
        else:
            await _postgres("pg_dump", url, "--format=custom", f"--file={unfinished}")
        if target.suffix == ".gz":
            await asyncio.to_thread(_zip, unfinished, target)
        else:
            os.replace(unfinished, target)


async def restore(url: str, source: Path, *, force: bool = False) -> None:
    """Put the backup in the place of the database at `url`; nothing may be using it meanwhile.

    A damaged, foreign or newer backup is refused before anything is changed. Raises Invalid, and
    NotAllowed when there is data already and `force` isn't set.
    """
    if not url.startswith(_SQLITE):
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder) / "dump"
            _unpack(source, dump)
            if dump.read_bytes()[:5] != b"PGDMP":
                raise Invalid(f"{source} isn't a PostgreSQL backup made by Regulars.")
            await _refuse_overwriting(url, force)
            await _postgres(
                "pg_restore", url, "--clean", "--if-exists", "--single-transaction", "--no-owner", str(dump)
            )
        return
    path = Path(url.removeprefix(_SQLITE))
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as unfinished:
        _unpack(source, unfinished)
        _check_sqlite(unfinished, source)
        await _refuse_overwriting(url, force)
        await asyncio.to_thread(_lay_to_rest, path)
        os.replace(unfinished, path)


def _copy_sqlite(path: Path, target: Path) -> None:
    if not path.exists():
        raise Invalid(f"There is no database at {path}.")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _refuse_itself(url: str, target: Path) -> None:
    if url.startswith(_SQLITE) and target.resolve() == Path(url.removeprefix(_SQLITE)).resolve():
        raise Invalid(f"{target} is the database itself. Name another file for its backup.")


def _lay_to_rest(path: Path) -> None:
    """Bring a database that nobody uses into its one file, so that replacing it loses nothing half-way.

    Raises NotAllowed while a server, worker or command holds it.
    """
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as old:
            old.execute("PRAGMA journal_mode=delete").fetchall()  # takes the lock nobody else may share
    except sqlite3.OperationalError:
        raise NotAllowed("The database is in use. Stop the server and its workers, then restore.") from None
    except sqlite3.DatabaseError:  # damaged, which may be why there is a restore at all
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)


def _check_sqlite(path: Path, named: Path) -> None:
    """Refuse what isn't a whole database of ours, or one of a newer version."""
    from db.migrate import NewerSchema, known_migrations

    try:
        with closing(sqlite3.connect(path)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            done = {row[0] for row in copy.execute("SELECT name FROM migration WHERE app_name = 'db'")}
    except sqlite3.Error:
        raise Invalid(f"{named} isn't a backup of Regulars.") from None
    if not sound:
        raise Invalid(f"{named} is damaged.")
    if newer := sorted(done - known_migrations().keys()):
        raise NewerSchema(f"{named} was made by a newer version of Regulars (it has migration {newer[-1]}).")


async def _refuse_overwriting(url: str, force: bool) -> None:
    if force:
        return
    from db.engine import Mode, database_for

    if url.startswith(_SQLITE) and not await asyncio.to_thread(Path(url.removeprefix(_SQLITE)).exists):
        return
    database = database_for(url)
    await database.start()
    try:
        catalogue = "sqlite_master" if database.engine_type == "sqlite" else "pg_tables"
        column = "name" if database.engine_type == "sqlite" else "tablename"
        there = await database.execute(
            f"SELECT 1 FROM {catalogue} WHERE {column} = 'programmes'", (), Mode.READ
        )
        full = there and await database.execute("SELECT 1 FROM programmes LIMIT 1", (), Mode.READ)
    finally:
        await database.stop()
    if full:
        raise NotAllowed("The database holds a programme already. Back it up, then restore with --force.")


async def _postgres(tool: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools. The password travels in the environment, where `ps` can't see it."""
    path = shutil.which(tool)
    if path is None:
        raise Invalid(
            f"{tool} isn't installed. It comes with PostgreSQL's client package; Regulars needs it for this."
        )
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)))
    environment = {**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
    process = await asyncio.create_subprocess_exec(
        path, *arguments, f"--dbname={bare}", env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        reasons = [
            line.removeprefix(f"{tool}: ") for line in said.decode(errors="replace").splitlines() if line
        ]
        raise Invalid(f"{tool} failed: {'; '.join(reasons) or 'no reason given'}")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name next to `target`, gone again unless it was moved into place."""
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
    except OSError as error:
        raise Invalid(f"{target} can't be written: {error.strerror or error}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _zip(source: Path, target: Path) -> None:
    with _beside(target.with_name(target.name + "z")) as unfinished:
        with source.open("rb") as plain, gzip.open(unfinished, "wb") as packed:
            shutil.copyfileobj(plain, packed)
        os.replace(unfinished, target)


def _unpack(source: Path, target: Path) -> None:
    with target.open("wb") as plain:
        for chunk in files.chunks(source):
            plain.write(chunk)

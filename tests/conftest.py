"""Fixtures every test may ask for. `db` runs a test once on SQLite and once on PostgreSQL."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from db.engine import Database, connect, disconnect, use
from db.migrate import migrate
from loyalty.settings import Settings
from tests import postgres, sqlite
from tests.house.tenancy import Recorder
from tests.needs import missing
from web.app import create_app
from web.outer import App

# A busy machine is no finding: what takes how long is for bench/ to say.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Recorder(), "tenancy")
    gc.disable()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: walking through all of it again and again finds nothing."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running, inside which no other can start."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file; copying it takes 0.3 ms, migrating it 100 times as long."""
    template = tmp_path_factory.mktemp("template") / "regulars.sqlite"
    asyncio.run(migrate(f"sqlite:///{template}"))
    return template


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server to make databases on."""
    with postgres.server() as url:
        yield url or missing("no PostgreSQL: neither the wheel, nor initdb, nor TEST_DATABASE_URL")


@pytest.fixture(scope="session")
def postgres_bench(postgres_server: str) -> Iterator[postgres.Bench]:
    with postgres.scratch(postgres_server) as url:
        bench = postgres.Bench(url)
        yield bench
        bench.close()


@pytest.fixture(scope="session")
async def postgres_kept(postgres_bench: postgres.Bench) -> AsyncIterator[Database]:
    """Connections that stay open from test to test: a new one reads the catalogue and plans everything anew."""
    database = await connect(postgres_bench.url)
    use(None)
    yield database
    await database.stop()


@pytest.fixture(scope="session")
def sqlite_bench(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite.Bench]:
    bench = sqlite.Bench(sqlite_template, tmp_path_factory.mktemp("bench") / "regulars.sqlite")
    yield bench
    bench.close()


@pytest.fixture(scope="session")
async def sqlite_kept(sqlite_bench: sqlite.Bench) -> AsyncIterator[Database]:
    """As PostgreSQL's: a new connection reads the schema for 7 ms, and prepares every statement anew."""
    database = sqlite.InTurn(sqlite_bench.url)
    await database.start()
    database.node = await database.claim_node()
    yield database
    await database.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database without a row, of each kind in turn."""
    if request.param == "sqlite" and (_in_threads(request) or "db" not in request.fixturenames):
        path: Path = request.getfixturevalue("tmp_path") / "regulars.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    bench: postgres.Bench | sqlite.Bench = request.getfixturevalue(f"{request.param}_bench")
    bench.empty()
    return bench.url


def _in_threads(request: pytest.FixtureRequest) -> bool:
    """Whether a test sees SQLite as it is served: its module knows asyncio, so several things may happen at once."""
    return hasattr(request.module, "asyncio")


@pytest.fixture
def kept_connections(request: pytest.FixtureRequest, database_url: str) -> Database | None:
    """The connections that are kept; where SQLite runs in threads, its file is a new one in each test."""
    is_sqlite = database_url.startswith("sqlite")
    if is_sqlite and _in_threads(request):
        return None
    kept: Database = request.getfixturevalue("sqlite_kept" if is_sqlite else "postgres_kept")
    return kept


@pytest.fixture
async def db(database_url: str, kept_connections: Database | None) -> AsyncIterator[Database]:
    """The connected database that `db.engine`'s functions use in this test."""
    if kept_connections is None:
        yield await connect(database_url)
        await disconnect()
    else:
        use(kept_connections)
        yield kept_connections
        use(None)


@pytest.fixture(scope="session")
def app() -> App:
    """The whole application, as it is served; making it takes a second."""
    return create_app(Settings())

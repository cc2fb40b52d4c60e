"""How fast pages are, beside their rows by the bare driver and an answer of the same bytes.

Three servers stand side by side and are asked in turn: ours, the limit, and ours at 10k. What counts is the
processor time of the server's process per request, which other work on the machine hardly changes.
"""

import json
import pickle
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.depot import Depot
from bench.page_list import Asked, pages
from bench.processes import Served, serving
from bench.table import Row, Table

ROUND_SECONDS = 2.0
"""A page that takes long is asked for less often in a round."""
SECRET = "a-key-of-a-benchmark-that-keeps-no-secret"


@dataclass(slots=True)
class Taken:
    """Milliseconds a request: of processor, one number a round; on the wall, one a request."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def ask(self, served: Served, path: str, headers: dict[str, str], times: int) -> None:
        before = served.cpu
        for _ in range(times):
            started = time.perf_counter()
            status, _ = served.get(path, headers)
            self.wall.append((time.perf_counter() - started) * 1000)
            if status != 200:
                raise SystemExit(f"{path} answers {status}.")
        self.cpu.append((served.cpu - before) * 1000 / times)


async def bench(table: Table, depot: Depot, size: str, *, rounds: int = 7, times: int = 20) -> None:
    """Every page of `bench.page_list` at this size."""
    urls = (
        [await depot.made(size), await depot.made("10k")]
        if size not in ("tiny", "10k")
        else [await depot.made(size)]
    )
    asked = [await pages(url) for url in urls]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        ours = [held.enter_context(our_server(url, Path(folder, str(at)))) for at, url in enumerate(urls)]
        bare = held.enter_context(_limits(urls[0], Path(folder), ours[0], asked[0]))
        for number, page in enumerate(asked[0]):
            _measure(table, page, number, ours[0], bare, rounds, times, [(ours[-1], asked[-1][number])])
        table.note(f"Peak memory of the server: {ours[0].peak_mb} MB; of the bare one: {bare.peak_mb} MB.")
        held.close()
        slow = json.loads(Path(folder, "0", "slow.json").read_text())
    table.note(f"Statements over 50 ms at the median: {len(slow)}")
    for each in slow:
        table.note(f"  {each['median_ms']:.0f} ms, {each['runs']} times: {each['sql'][:240]}")


def _measure(
    table: Table, page: Asked, number: int, ours: Served, bare: Served, rounds: int, times: int,
    small: Sequence[tuple[Served, Asked]],
) -> None:  # fmt: skip
    mine, limit, at_10k = Taken(), Taken(), Taken()
    for _ in range(2):  # what a first request fills: caches of statements, templates, formats
        started = time.perf_counter()
        ours.get(page.path, page.headers)
        times = max(1, min(times, int(ROUND_SECONDS / (time.perf_counter() - started))))
        bare.get(f"/{number}", {})
    started = time.perf_counter()
    bare.get(f"/{number}", {})
    limit_times = max(1, min(times, int(ROUND_SECONDS / (time.perf_counter() - started))))
    for _ in range(rounds):
        mine.ask(ours, page.path, page.headers, times)
        limit.ask(bare, f"/{number}", {}, limit_times)
        for server, same in small:
            if server is not ours:
                at_10k.ask(server, same.path, same.headers, times)
    growth = median(mine.wall) / median(at_10k.wall) if at_10k.wall else None
    row = Row(
        page.name,
        median(mine.cpu),
        median(limit.cpu),
        "ms CPU",
        median(mine.wall),
        median(limit.wall),
        growth,
    )
    table.add(row)


@contextmanager
def our_server(url: str, folder: Path) -> Iterator[Served]:
    """Our server on this database, as in production; what was slow is in `slow.json` once it has ended."""
    folder.mkdir()
    environment = {
        "REGULARS_DATA_DIR": str(folder),
        "REGULARS_DATABASE_URL": url,
        "REGULARS_PRODUCTION": "true",
        "REGULARS_SECRET_KEY": SECRET,
    }
    with serving("bench.served", url, str(folder / "slow.json"), environment=environment) as served:
        yield served


@contextmanager
def _limits(url: str, folder: Path, ours: Served, asked: Sequence[Asked]) -> Iterator[Served]:
    known = [(page.limit, ours.get(page.path, page.headers)[1]) for page in asked]
    (folder / "pages").write_bytes(pickle.dumps(known))
    with serving("bench.bare", url, str(folder / "pages")) as served:
        yield served

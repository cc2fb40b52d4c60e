"""Servers beside the benchmark, and what the system says they used. Linux only: it reads /proc."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

PATIENCE = 180.0
KEPT = 2.0
"""Seconds after which an idle connection is opened anew, before the server closes it."""


class Served:
    """One process that answers on a port of this machine, over one kept connection."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._used = 0.0

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body."""
        if time.monotonic() - self._used > KEPT:
            self._connection.close()  # opens again by itself
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        self._used = time.monotonic()
        return answer.status, body

    @property
    def cpu(self) -> float:
        """Seconds of processor all threads of the process have used."""
        return cpu_of(self.process.pid)

    @property
    def peak_mb(self) -> int:
        return peak_mb(self.process.pid)


@contextmanager
def serving(*module: str, environment: dict[str, str] | None = None) -> Iterator[Served]:
    """Run `python -m module … PORT` until the block ends; it is there as soon as the port answers."""
    port = _free_port()
    with running(*module, str(port), environment=environment) as process:
        _wait_for(process, port)
        yield Served(process, port)


@contextmanager
def running(*module: str, environment: dict[str, str] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `python -m module …` until the block ends."""
    words = [sys.executable, "-m", *module]
    process = subprocess.Popen(words, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def family(pid: int) -> list[int]:
    """A process and those it started."""
    found = [pid]
    with suppress(FileNotFoundError, ProcessLookupError):  # it may end meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def cpu_of(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def family_cpu(pid: int) -> float:
    """Seconds of processor a process, those it started and those of them that have ended have used."""
    ticks = 0
    for each in family(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += sum(
                int(part) for part in Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:15]
            )
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> int:
    """The most memory the process held at once, in megabytes."""
    return _status(pid, "VmHWM") // 1024


def forget_peak() -> None:
    """Let this process's peak begin anew with what it holds now."""
    Path("/proc/self/clear_refs").write_text("5")


def resident_mb(pid: int) -> int:
    return _status(pid, "VmRSS") // 1024


def threads(pid: int) -> int:
    return _status(pid, "Threads")


def files(pid: int) -> int:
    """How many file descriptors are open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("A server of the benchmark didn't start.") from None
            time.sleep(0.05)

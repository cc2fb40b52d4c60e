"""Node numbers for `db.ids` among the processes that share one SQLite file."""

import fcntl
import os
import random
from dataclasses import dataclass
from pathlib import Path

from db.ids import NODES


@dataclass(frozen=True, slots=True)
class Claim:
    """`number` is ours until `release`, or until the process ends, however it ends."""

    number: int
    _file: int

    def release(self) -> None:
        os.close(self._file)


def claim(path: Path) -> Claim:
    """Lock one byte of the file: byte n is node n. A random one first, so that runs differ."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for number in random.sample(range(NODES), NODES):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            continue
        return Claim(number, file)
    os.close(file)
    raise RuntimeError(f"{NODES} processes already use this database.")

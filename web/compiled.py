"""Compiled templates kept from start to start: compiling all of them takes seconds of each process.

A kept one is used only for the same text of its template and the same code of this package, which shapes what
templates compile to. The folder must be ours alone, because what lies in it is run.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from jinja2.bccache import Bucket, FileSystemBytecodeCache


class Compiled(FileSystemBytecodeCache):
    """Jinja's folder of compiled templates; one that can't be written is no reason not to serve."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled(folder: Path) -> Compiled | None:
    """The templates compiled into this folder by earlier starts of the same code; None where it isn't safe.

    What other code compiled there is removed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
        if found.st_uid != os.getuid() or found.st_mode & 0o022:
            return None
        mark = _code()
        for path in folder.iterdir():
            if not path.name.startswith(mark):
                path.unlink(missing_ok=True)
    except OSError:
        return None
    return Compiled(str(folder), f"{mark}-%s")


def _code() -> str:
    """A digest of this package's own modules: filters of constants are worked out while compiling."""
    texts = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]

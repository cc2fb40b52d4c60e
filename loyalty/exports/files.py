"""A CSV file that is complete or not there at all, and that no spreadsheet takes for formulas."""

import csv
import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from loyalty.errors import Invalid

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

WriteRow = Callable[[Sequence[Any]], object]


@contextmanager
def csv_file(path: Path) -> Iterator[WriteRow]:
    """Write rows to `path`, gzipped when it ends in .gz; `-` is standard output.

    A write that fails leaves the file as it was. Raises Invalid when it can't be written.
    """
    if str(path) == "-":
        yield _writer(sys.stdout)
        return
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with _opened(unfinished, zipped=path.suffix == ".gz") as file:
            yield _writer(file)
        os.replace(unfinished, path)
    except OSError as error:
        raise Invalid(f"{path} can't be written: {error.strerror or error}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def cell(value: Any) -> Any:
    """A value as a spreadsheet may see it: nothing for None, ISO moments, texts that are only texts."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _writer(file: IO[str]) -> WriteRow:
    write = csv.writer(file, lineterminator="\n").writerow
    return lambda row: write([cell(value) for value in row])


@contextmanager
def _opened(path: Path, *, zipped: bool) -> Iterator[IO[str]]:
    with path.open("wb") as raw:
        if not zipped:
            with io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
                yield text
            return
        # No file name and no time inside, so that the same rows make the same bytes.
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
        ):
            yield text

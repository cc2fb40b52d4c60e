"""The mails in a file or a folder: mbox, maildir, or single mails."""

from collections.abc import Iterator
from pathlib import Path

LARGEST = 2 * 1024 * 1024
"""Bytes of a mail that are read. What a report says stands before the mail it is about."""


def mails(place: Path) -> Iterator[bytes]:
    """Every mail there, one at a time. Raises OSError for what can't be opened."""
    if place.is_dir():
        kept = [folder for name in ("new", "cur") if (folder := place / name).is_dir()]
        for folder in kept or [place]:
            for file in sorted(folder.iterdir()):
                if file.is_file() and not file.name.startswith("."):
                    yield from _file(file)
        return
    yield from _file(place)


def _file(file: Path) -> Iterator[bytes]:
    """The mails of a file, which begin with a “From ” line each; without such a line it is one mail."""
    mail, between = bytearray(), True
    with file.open("rb") as lines:
        # Lines without an end are cut, so that no file can fill the memory.
        while line := lines.readline(LARGEST):
            if between and line.startswith(b"From "):
                if mail:
                    yield bytes(mail)
                mail = bytearray()
            elif len(mail) + len(line) <= LARGEST:
                mail += line
            between = line in (b"\n", b"\r\n")
    if mail:
        yield bytes(mail)

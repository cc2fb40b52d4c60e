"""Files as shops have them: plain or gzipped, in whichever encoding their spreadsheet wrote."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from loyalty.errors import Invalid

CHUNK = 1 << 20
"""Bytes read at a time."""

LONGEST_LINE = 16 << 20
"""Characters without a line break after which a file isn't made of lines."""


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, unzipped when it is gzipped, whatever its name says.

    Raises Invalid when it is missing, unreadable, or its gzip stream is damaged or cut short.
    """
    try:
        with path.open("rb") as plain:
            zipped = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            source = gzip.GzipFile(fileobj=plain) if zipped else plain
            while chunk := source.read(CHUNK):
                yield chunk
    except FileNotFoundError:
        raise Invalid(f"There is no file {path.name}.") from None
    except EOFError:
        raise Invalid(f"{path.name} is cut short: its gzip data ends too early. Download it again.") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Invalid(f"{path.name} is damaged: its gzip data doesn't unpack. Download it again.") from None
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror or 'input/output error'}.") from None


def text(path: Path) -> Iterator[str]:
    """The file's text in pieces: UTF-8 with or without a mark, UTF-16 either way, else Windows Latin.

    Raises Invalid when the file is empty, binary, or in two encodings at once.
    """
    return decoded(chunks(path), path.name)


def decoded(pieces: Iterator[bytes], name: str) -> Iterator[str]:
    """The same of bytes that came otherwise, such as an upload."""
    head = next(pieces, b"")
    if not head:
        raise Invalid(f"{name} is empty.")
    if head.startswith(b"PK\x03\x04"):
        raise Invalid(f"{name} is a workbook or zip archive. Save it as CSV and try again.")
    marked = _marked(head)
    source = chain((head,), pieces)
    for piece in _decode(source, marked, name) if marked else _guess(source, name):
        if "\0" in piece:
            raise Invalid(f"{name} isn't a text file. Save it as CSV and try again.")
        yield piece


def lines(path: Path) -> Iterator[str]:
    """The file's lines with their ends (LF, CRLF or CR); a \\r\\n is never torn between two pieces."""
    held = ""
    for piece in text(path):
        held += piece
        cut = max(held.rfind("\n"), held.rfind("\r", 0, -1)) + 1
        yield from io.StringIO(held[:cut], newline="")
        held = held[cut:]
        if len(held) > LONGEST_LINE:
            raise Invalid(f"{path.name} has no line breaks, so it can't be read row by row.")
    yield from io.StringIO(held, newline="")


def _marked(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # A heading is plain letters, so UTF-16 without a mark shows as a NUL beside the first one.
    if len(head) > 1 and (head[0] == 0) != (head[1] == 0):
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    return None


def _decode(pieces: Iterable[bytes], encoding: str, name: str) -> Iterator[str]:
    try:
        yield from codecs.iterdecode(pieces, encoding)
    except UnicodeDecodeError:
        raise Invalid(f"{name} is damaged: it says {encoding[:6]} and isn't. Save it as UTF-8.") from None


def _guess(pieces: Iterable[bytes], name: str) -> Iterator[str]:
    """UTF-8 until the first byte that can't be; Windows Latin if all before it was plain ASCII."""
    pieces = iter(pieces)
    decoder = codecs.getincrementaldecoder("utf-8")()
    plain = True
    for piece in chain(pieces, (b"",)):
        held = decoder.getstate()[0]
        try:
            decoded = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            if not (plain and error.object[: error.start].isascii()):
                raise Invalid(f"{name} mixes UTF-8 with another encoding. Save it as UTF-8.") from None
            yield from codecs.iterdecode(chain((held + piece,), pieces), "cp1252", errors="replace")
            return
        plain = plain and decoded.isascii()
        yield decoded

"""A QR code as the path of an inline SVG: no image request, and nothing the content policy would refuse."""

from dataclasses import dataclass
from itertools import groupby

import segno

BORDER = 3


@dataclass(frozen=True, slots=True)
class Drawing:
    """A square of `size` units; `path` is what is dark in it, for the `d` of one path."""

    size: int
    path: str


def drawn(text: str) -> Drawing:
    """The code of this text, its quiet border included."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=BORDER)]
    runs = [run for y, row in enumerate(rows) for run in _runs(y, row)]
    return Drawing(len(rows), "".join(runs))


def _runs(y: int, row: bytes) -> list[str]:
    found, x = list[str](), 0
    for dark, cells in groupby(row):
        length = len(list(cells))
        if dark:
            found.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return found

"""Codes that machines read, as SVG paths: QR for a member's card, Code 128 for a reward's code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

# The bars and spaces of each symbol, in modules; the position is its value. ISO/IEC 15417.
_BARS = re.findall(
    r"\d+",
    """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
    122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
    322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
    112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
    331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
    112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
    124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
    411311 113141 114131 311141 411131 211412 211214 211232 2331112
    """,
)
_START_B, _STOP, _FIRST, _LAST = 104, 106, " ", "~"
QUIET = 10


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` fills a box of `width` by `height` modules, quiet zone included."""

    path: str
    width: int
    height: int


@lru_cache(maxsize=1024)
def qr(text: str) -> Picture:
    """A QR code with two modules of air; what it stands on must be white."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = len(rows) + 4
    runs = (
        f"M{x + 2} {y + 2}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    return Picture("".join(runs), side, side)


@lru_cache(maxsize=1024)
def code128(text: str) -> Picture:
    """A barcode of printable ASCII (code set B). Raises ValueError for anything else."""
    if not text or any(not _FIRST <= char <= _LAST for char in text):
        raise ValueError("Code 128 B writes printable ASCII only")
    values = [_START_B, *(ord(char) - ord(_FIRST) for char in text)]
    check = sum(value * max(place, 1) for place, value in enumerate(values)) % 103
    at, path = QUIET, []
    for value in (*values, check, _STOP):
        for place, modules in enumerate(map(int, _BARS[value])):
            if place % 2 == 0:
                path.append(f"M{at} 0h{modules}v40h-{modules}z")
            at += modules
    return Picture("".join(path), at + QUIET, 40)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs

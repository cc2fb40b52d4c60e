"""A QR code drawn as one path."""

import re

from web.qr import BORDER, drawn


def test_the_finder_pattern_is_where_scanners_look_and_the_border_is_quiet() -> None:
    made = drawn("otpauth://totp/Bloom:theo@shop.example?secret=JBSWY3DPEHPK3PXP&issuer=Bloom")
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1", made.path)]
    assert (BORDER, BORDER, 7) in runs
    assert (made.size - BORDER - 7, BORDER, 7) in runs
    assert min(x for x, _, _ in runs) == BORDER
    assert max(x + length for x, _, length in runs) == made.size - BORDER

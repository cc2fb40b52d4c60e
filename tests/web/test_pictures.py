"""Codes that machines read: drawn right, or a till reads nothing."""

import re

import pytest

from web.pictures import QUIET, code128, qr

RUN = re.compile(r"M(\d+) 0h(\d+)v40h-\2z")


def symbols(text: str) -> list[str]:
    """The widths of bars and spaces as drawn, six to a symbol, the stop's seven last."""
    picture = code128(text)
    bars = [(int(x), int(width)) for x, width in RUN.findall(picture.path)]
    assert bars[0][0] == QUIET
    widths = []
    for (x, width), after in zip(bars, [*bars[1:], None], strict=True):
        widths.append(width)
        if after is not None:
            widths.append(after[0] - x - width)
    digits = "".join(map(str, widths))
    return [digits[at : at + 6] for at in range(0, len(digits) - 7, 6)] + [digits[-7:]]


def test_a_barcode_begins_checks_and_stops_as_the_standard_says() -> None:
    # Start B, H, I; the check symbol is 104 + 1 × 40 + 2 × 41 = 226, modulo 103 = 20; stop.
    drawn = symbols("HI")
    assert drawn == ["211214", "231113", "231311", "221231", "2331112"]
    assert all(sum(map(int, each)) == 11 for each in drawn[:-1])


def test_a_barcode_has_room_on_both_sides() -> None:
    picture = code128("ABCD2345")
    last = RUN.findall(picture.path)[-1]
    assert picture.width - int(last[0]) - int(last[1]) == QUIET


@pytest.mark.parametrize("text", ["", "ü", "\n", "€"])
def test_what_code_128_b_cannot_write_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        code128(text)


def test_a_qr_code_fills_its_box_but_for_two_modules_of_air() -> None:
    picture = qr("326123001610")
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", picture.path)]
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == 2
    assert max(x + width for x, _, width in runs) == max(y + 1 for _, y, _ in runs) == picture.width - 2
    assert runs[0] == (2, 2, 7), "the finder pattern's upper edge"

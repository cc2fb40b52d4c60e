"""What can be read on a shop's colour (WCAG 2.2, 1.4.3)."""

import re
from dataclasses import dataclass

from loyalty.errors import Invalid

LIGHT, DARK = "#ffffff", "#14181b"


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`: 0 black to 1 white."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21. Text needs 4.5."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def readable_on(colour: str) -> str:
    """White or near-black, whichever is read better on `colour`."""
    return max(LIGHT, DARK, key=lambda text: contrast(text, colour))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


NEEDED = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3)."""
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a brand colour reads. Ratios are rounded down to one decimal: what is shown is never flattered.

    `text` is the colour of text on it, `ratio` its contrast; `on_light` and `on_dark` are the contrast of the
    colour itself on a white and on a near-black page. `instead` is the nearest shade on which text is
    readable, empty when this one is.
    """

    colour: str
    text: str
    ratio: float
    on_light: float
    on_dark: float
    instead: str

    @property
    def readable(self) -> bool:
        return not self.instead


def read(colour: str) -> Reading:
    """Judge a colour `#rrggbb`."""
    text = readable_on(colour)
    return Reading(
        colour,
        text,
        _shown(contrast(colour, text)),
        _shown(contrast(colour, LIGHT)),
        _shown(contrast(colour, DARK)),
        "" if contrast(colour, text) >= NEEDED else _darker(colour),
    )


def checked(colour: str) -> str:
    """A colour as we keep it. Raises Invalid for anything but six hexadecimal digits."""
    plain = colour.strip().lower()
    if not _HEX.fullmatch(plain):
        raise Invalid(
            "Enter a colour as # and six digits or letters a to f, such as #1f6f54.", field="brand_colour"
        )
    return plain


def _darker(colour: str) -> str:
    """The first shade, step by step towards black, on which white can be read."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for share in range(99, 0, -1):
        shade = f"#{red * share // 100:02x}{green * share // 100:02x}{blue * share // 100:02x}"
        if contrast(shade, LIGHT) >= NEEDED:
            return shade
    return "#000000"


def _shown(ratio: float) -> float:
    return int(ratio * 10) / 10

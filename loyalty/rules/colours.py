"""What can be read on a shop's colour (WCAG 2.2, 1.4.3)."""

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

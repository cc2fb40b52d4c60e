"""What axe says of a page, and whether it is wider than its window.

320 CSS pixels are 400% of 1280; 680 and 340 are 200% and 400% of 1360.
"""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.launching import NARROW, WIDE

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast"]
"""All that may differ between light and dark."""
ROOM = [*COLOURS, "target-size", "scrollable-region-focusable"]
"""What may differ between two narrow widths."""
WIDTHS = (WIDE[0], 680, NARROW[0], 340, 320)
"""Where the page has to fit."""
LOOKS = ((WIDE[0], "dark", COLOURS), (NARROW[0], "dark", ROOM), (320, "light", None))
"""Widths and colours in which axe looks after wide and light, and by which rules; None are all of them.

What only narrow windows show is seen in both colours, once at each of the two widths.
"""
ROWS = 15
"""How many rows of a list these looks see: fifty of one template would only take longer."""
FINGER = 48
_FINGERS = """smallest => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
  .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('.sr, .skip'))
  .filter(each => each.getBoundingClientRect().height < smallest - 0.5)
  .map(each => each.outerHTML.slice(0, 120))"""
_SHORTEN = """most => document.querySelectorAll('tbody, ol, ul')
  .forEach(list => [...list.children].slice(most).forEach(row => row.remove()))"""
# Preloading would fetch every style sheet a second time, for a rule about turned phones that isn't asked.
_AXE = "only => axe.run({runOnly: only, resultTypes: ['violations'], preload: false})"


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds; with `rules` by these alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        _AXE, {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    )
    return [
        f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"][:3]
    ]


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def too_small(page: Page) -> list[str]:
    """What fingers would miss: lower than 48 px."""
    found: list[str] = page.evaluate(_FINGERS, FINGER)
    return found


def wrong_with(page: Page, *, fingers: bool = False) -> list[str]:
    """Everything that is wrong with the page as it stands, at every width, light and dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": WIDE[1]})
        wrong += [f"at {width}: {said}" for said in violations(page)] if width == WIDE[0] else []
        wrong += [f"at {width}: scrolls sideways"] if overflows(page) else []
        wrong += (
            [f"at {width}: lower than {FINGER} px: {each}" for each in too_small(page)] if fingers else []
        )
    page.evaluate(_SHORTEN, ROWS)
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": WIDE[1]})
        page.emulate_media(color_scheme=scheme)
        wrong += [f"at {width}, {scheme}: {said}" for said in violations(page, rules)]
    return wrong

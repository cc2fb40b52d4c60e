"""axe on every page, light and dark, wide and narrow; nothing may be wider than the window."""

from pathlib import Path

import pytest

from tests.browser.conftest import Window
from tests.browser.launching import NARROW, WIDE

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
PAGES = (
    "/admin/customers",
    "/admin/customers/uid-00",
    "/admin/customers/uid-00?tab=orders",
    "/admin/customers/uid-00?tab=lots",
    "/admin/customers/uid-03",
    "/admin/activities/points",
    "/admin/activities/points?span=custom",
)
ALONE = ("/admin/sign-in", "/admin/sign-in/link/once")
LOOKS = [
    pytest.param(
        {"color_scheme": scheme, "viewport": {"width": size[0], "height": size[1]}}, id=f"{scheme}-{size[0]}"
    )
    for scheme in ("light", "dark")
    for size in (WIDE, NARROW)
]


def violations(window: Window, rules: list[str] | None = None) -> list[str]:
    """What axe finds; with `rules` by these alone."""
    if not window.page.evaluate("'axe' in window"):
        window.page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    found = window.page.evaluate("only => axe.run({runOnly: only, resultTypes: ['violations']})", chosen)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


def overflows(window: Window) -> bool:
    return bool(window.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("window", LOOKS, indirect=True)
def test_pages_are_accessible_and_fit(window: Window) -> None:
    for path in PAGES:
        window.open(path)
        assert violations(window) == [], path
        assert not overflows(window), path


@pytest.mark.parametrize("window", LOOKS, indirect=True)
def test_sign_in_pages_are_accessible_and_fit(window: Window) -> None:
    window.context.clear_cookies()
    for path in ALONE:
        window.open(path)
        assert violations(window) == [], path
        assert not overflows(window), path

"""Every page of the app has an address at which tests/browser/test_every_screen.py looks at it."""

import re

from tests.browser.screens import (
    ALSO,
    LINKED,
    MADE,
    MAILED,
    NAMED,
    NOT_A_PAGE,
    STANDS_FOR,
    pages,
    routes,
    screens,
)


def test_every_page_is_looked_at() -> None:
    unseen = [address for _, address in screens() if ":" in address]
    assert unseen == [], "say in STANDS_FOR of tests/browser/screens.py who or what stands in the braces"


def test_every_line_about_a_page_is_still_about_one() -> None:
    known = routes()
    assert set(ALSO) <= set(pages())
    assert [start for start in STANDS_FOR if not any(path.startswith(start) for path in known)] == []
    assert [
        end for end in NOT_A_PAGE if not any(path.startswith(end) or path.endswith(end) for path in known)
    ] == []


def test_every_name_in_an_address_is_known_and_needed() -> None:
    asked = {name for _, address in screens() for name in re.findall(r"\{(\w+)\}", address)}
    assert asked == {*NAMED, *LINKED, *MADE, *MAILED}

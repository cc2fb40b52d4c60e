"""Which line of the navigation a page belongs to, and that links written down elsewhere lead to one."""

import re

import pytest

from loyalty.automations.ready import READY
from tests.browser.screens import pages
from web.nav import ACCOUNT, KEYS, NAV, is_here


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/admin", "Home"),
        ("/admin/expiring", "Home"),
        ("/admin/returning", "Home"),
        ("/admin/erasures", "Home"),
        ("/admin/customers/abc/adjustments/new", "Customers"),
        ("/admin/batches/new/tag", "Customers"),
        ("/admin/views", "Customers"),
        ("/admin/issued-rewards/abc/removals/new", "Customers"),
        ("/admin/activities/reviews", "Activities"),
        ("/admin/referrals/rings", "Activities"),
        ("/admin/referrals/abc/cancellation/new", "Activities"),
        ("/admin/dry-runs/abc", "Earning rules"),
        ("/admin/reviews", "Reviews"),
    ],
)
def test_one_line_is_marked_and_it_is_the_page_s_own(path: str, label: str) -> None:
    here = [place.label for _, places in NAV for place in places if is_here(place, path)]
    assert here == [label]


def test_every_page_of_the_admin_is_marked_in_one_place() -> None:
    places = [ACCOUNT, KEYS, *(place for _, places in NAV for place in places)]
    unmarked = [
        path
        for path in pages()
        if path.startswith("/admin")
        and "sign-in" not in path
        and len([place for place in places if is_here(place, path)]) != 1
    ]
    assert unmarked == []


def test_the_links_in_automations_that_are_ready_lead_to_pages() -> None:
    links = {link for each in READY for link in re.findall(r"\]\((/[^)]*)\)", each.message.body)}
    assert links
    assert links <= pages().keys()

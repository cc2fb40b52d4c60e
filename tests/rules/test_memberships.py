"""Who was in a segment when. PRODUCT I1, K5."""

from datetime import datetime, timedelta

from loyalty.rules.memberships import Membership, among

BEGAN = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
DAY = timedelta(days=1)
CAME_AND_WENT = Membership(BEGAN, ((BEGAN + 2 * DAY, True), (BEGAN + 5 * DAY, False)), now=False)


def test_between_entry_and_exit_they_were_in_it():
    seen = [CAME_AND_WENT.at(BEGAN + days * DAY) for days in (1, 2, 4, 5, 9)]
    assert seen == [False, True, True, False, False]


def test_before_anybody_was_looked_at_what_they_are_now_counts():
    here_now = Membership(BEGAN, ((BEGAN, True),), now=True)
    assert here_now.at(BEGAN - DAY)
    assert not CAME_AND_WENT.at(BEGAN - DAY)
    assert Membership(None, (), now=False).at(BEGAN) is False


def test_the_segments_of_a_moment_are_named_in_order():
    always = Membership(BEGAN, ((BEGAN, True),), now=True)
    assert among({9: always, 4: CAME_AND_WENT, 2: always}, BEGAN + 3 * DAY) == (2, 4, 9)
    assert among({9: always, 4: CAME_AND_WENT}, BEGAN + 6 * DAY) == (9,)

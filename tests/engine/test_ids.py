"""Ids: unique, ordered by the event's time, positive from 1990 to 2059."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from db import ids

PAST = datetime(1997, 1, 1, tzinfo=UTC)


def test_ids_sort_as_their_events_happened() -> None:
    year = [ids.new_id(PAST + timedelta(hours=n)) for n in range(9_000)]
    assert year == sorted(year)
    assert ids.new_id() > year[-1]


def test_many_ids_of_one_past_moment_are_all_different() -> None:
    moment = PAST + timedelta(days=1)
    neighbour = moment + timedelta(milliseconds=1)
    made = [ids.new_id(moment if n % 3 else neighbour) for n in range(50_000)]
    assert len(set(made)) == len(made)
    assert ids.moment_of(max(made)) - moment < timedelta(milliseconds=50)


def test_threads_never_make_the_same_id() -> None:
    made: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: made.append([ids.new_id(PAST) for _ in range(5_000)]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set().union(*made)) == 20_000


@pytest.mark.parametrize("at", [ids.EPOCH, datetime(2059, 1, 1, tzinfo=UTC)])
def test_ids_are_positive_64_bit_integers_and_tell_their_moment(at: datetime) -> None:
    made = ids.new_id(at)
    assert 0 <= made < 2**63
    assert ids.moment_of(made) == at
    assert ids.first_id(at) <= made < ids.first_id(at + timedelta(milliseconds=1))


@pytest.mark.parametrize("at", [datetime(1989, 12, 31, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)])
def test_no_id_is_made_outside_the_calendar(at: datetime) -> None:
    with pytest.raises(ValueError, match="1990 to 2059"):
        ids.new_id(at)


def test_public_ids_are_22_url_safe_characters() -> None:
    made = {ids.new_uid() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(len(uid) == 22 and uid.replace("-", "").replace("_", "").isalnum() for uid in made)

"""Keyset cursors: opaque, URL-safe, and never a server error when they are garbage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.paging import BadCursor, Page, decode, encode, page


@given(st.integers(-(2**63), 2**63 - 1), st.text(max_size=50))
def test_a_cursor_gives_back_its_sort_values(number: int, text: str) -> None:
    cursor = encode(number, text, None)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert decode(cursor, int, str, int) == (number, text, None)


@given(st.text(max_size=60))
def test_garbage_is_refused_and_nothing_else_happens(garbage: str) -> None:
    with pytest.raises(BadCursor):
        decode(garbage, int, int, str, int)


@pytest.mark.parametrize("key", [(True,), ("1",), (1.5,), (2**63,), (1, 2), ([],), ()])
def test_a_cursor_of_another_list_is_refused(key: tuple) -> None:
    with pytest.raises(BadCursor):
        decode(encode(*key), int)


def test_a_page_knows_whether_more_follow() -> None:
    first = page([9, 8, 7], lambda n: (n,), size=2)
    assert (first.items, decode(first.next or "", int)) == ((9, 8), (8,))
    assert page([7], lambda n: (n,), size=2) == Page((7,))
    assert page([], lambda n: (n,), size=2) == Page(())
    assert first.map(str).items == ("9", "8")

"""A filter reads an address and writes itself back, one way only."""

from datetime import date
from urllib.parse import parse_qsl

from loyalty.customers.filters import CustomerFilter, Sort


def read(address: str) -> CustomerFilter:
    return CustomerFilter.parse(dict(parse_qsl(address, keep_blank_values=True)))


def test_what_a_form_sends_becomes_the_shortest_address() -> None:
    sent = "q=+ines++o&type=&tier=&tag=vip&store=&least=0&most=&joined_since=2026-01-02&active_until=&sort=-active"
    assert read(sent).query() == "q=ines+o&tag=vip&least=0&joined_since=2026-01-02"


def test_every_parameter_survives_the_way_out_and_back() -> None:
    address = (
        "q=ines&type=member&tier=none&tag=b%C3%A4r&store=abc&least=-5&most=100"
        "&joined_since=2026-01-01&joined_until=2026-02-01&active_since=2026-03-01&active_until=2026-03-01&sort=name"
    )
    assert read(address).query() == address
    assert read(address).chosen == 6


def test_ranges_that_end_before_they_begin_are_put_right() -> None:
    wanted = read("least=10&most=2&joined_since=2026-02-01&joined_until=2026-01-01")
    assert (wanted.least, wanted.most) == (2, 10)
    assert (wanted.joined_since, wanted.joined_until) == (date(2026, 1, 1), date(2026, 2, 1))


def test_nonsense_counts_as_not_given() -> None:
    nonsense = (
        "least=many&most=1e9&joined_since=2026-02-30&active_since=0001-01-01&active_until=9999-12-31&sort=id"
    )
    assert read(nonsense) == CustomerFilter()
    assert read("least=²&most=--1") == CustomerFilter()


def test_absurd_numbers_are_held_to_what_a_database_can_compare() -> None:
    assert read("least=" + "9" * 5_000).least == 10**12


def test_a_heading_asks_for_its_usual_order_first_and_then_for_the_other() -> None:
    assert CustomerFilter().toggled("name") is Sort.NAME
    assert CustomerFilter(sort=Sort.NAME).toggled("name") is Sort.NAME_BACKWARDS
    assert CustomerFilter().toggled("active") is Sort.QUIET
    assert CustomerFilter(sort=Sort.NAME).toggled("active") is Sort.ACTIVE


def test_clearing_keeps_search_type_and_order() -> None:
    assert read("q=ines&type=member&tag=vip&most=4&sort=name").unfiltered == "q=ines&type=member&sort=name"

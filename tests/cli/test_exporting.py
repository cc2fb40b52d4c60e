"""regulars export: complete or not at all, as of any day, safe for spreadsheets."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from loyalty.exports.files import cell, csv_file
from tests.cli.conftest import Regulars
from tests.cli.test_importing import ORDERS, _file

HEADER = ["email", "available", "pending", "earned", "redeemed", "expired", "clawed_back", "debt"]


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def traded(shop: Regulars, tmp_path: Path) -> Regulars:
    assert shop("import", "orders", _file(tmp_path, "orders.csv", ORDERS)).code == 0
    return shop


def test_balances_have_the_columns_people_rely_on(traded: Regulars, tmp_path: Path) -> None:
    target = tmp_path / "balances.csv"
    assert traded("export", "balances", target).code == 0
    assert _read(target.read_text()) == [HEADER, ["ines@example.org", "16", "0", "19", "0", "0", "3", "0"]]


def test_a_name_in_gz_is_gzipped_and_the_same_rows_make_the_same_bytes(
    traded: Regulars, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.csv.gz", tmp_path / "two.csv.gz"
    traded("export", "balances", one)
    traded("export", "balances", two)
    assert one.read_bytes() == two.read_bytes()
    assert _read(gzip.decompress(one.read_bytes()).decode())[0] == HEADER


def test_as_of_a_day_means_its_end_in_the_programmes_zone(traded: Regulars) -> None:
    before = traded("export", "balances", "-", "--as-of", "2026-02-28")
    after = traded("export", "balances", "-", "--as-of", "2026-03-01")
    assert [row[3] for row in _read(before.out)] == ["earned", "0"]
    assert [row[3] for row in _read(after.out)] == ["earned", "12"]


def test_customers_and_entries_can_be_written_too(traded: Regulars) -> None:
    assert len(_read(traded("export", "customers", "-").out)) == 2
    assert {row[3] for row in _read(traded("export", "entries", "-").out)} >= {
        "earn_order",
        "refund_clawback",
    }


@pytest.mark.parametrize(
    "day",
    [
        "yesterday",
        "9999-12-31",
        "2059-06-01",
        "0001-01-01",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:00-12:00",
    ],
)
def test_a_day_that_is_none_is_refused(traded: Regulars, day: str) -> None:
    said = traded("export", "balances", "-", "--as-of", day)
    assert (said.code, said.out) == (1, "")
    assert f"“{day}” isn't" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_folder_that_isnt_there_is_one_sentence(traded: Regulars, tmp_path: Path) -> None:
    said = traded("export", "balances", tmp_path / "no" / "x.csv")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), csv_file(target) as write:
        write(["half"])
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert cell(text) == "'" + text
    assert cell(-5) == -5

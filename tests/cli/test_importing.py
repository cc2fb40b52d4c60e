"""regulars import: bad input changes nothing, good input can come twice."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Regulars

CUSTOMERS = "First Name,Last Name,Email\nInes,Okafor,ines@example.org\nRex,Moreau,rex@example.org\n"
ORDERS = (
    "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Id,"
    "Refunded Amount\n"
    "#1,ines@example.org,paid,2026-03-01 10:00:00 +0000,GBP,12.50,2026-03-01 10:00:00 +0000,1,Tea,12.50,1001,0.00\n"
    "#2,ines@example.org,paid,2026-03-02 10:00:00 +0000,GBP,7.99,2026-03-02 10:00:00 +0000,1,Pot,7.99,1002,3.00\n"
)


def _file(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_orders_come_in_and_a_second_time_change_nothing(shop: Regulars, tmp_path: Path, name: str) -> None:
    file = _file(tmp_path, name, ORDERS)
    first = json.loads(shop("import", "orders", file, "--format", "shopify", "--json").out)
    again = json.loads(shop("import", "orders", file, "--format", "shopify", "--json").out)
    assert (first["orders"], first["created"]) == (2, 2)
    assert (again["created"], again["earned"], again["taken_back"]) == (0, 0, 0)
    assert shop("verify").code == 0
    assert "16 points available" in shop("explain", "ines@example.org").out


def test_customers_come_in_by_the_stores_own_format(shop: Regulars, tmp_path: Path) -> None:
    said = shop("import", "customers", _file(tmp_path, "customers.csv", CUSTOMERS))
    assert said.code == 0
    assert "2 customers read" in said.out


def test_a_dry_run_writes_nothing(shop: Regulars, tmp_path: Path) -> None:
    file = _file(tmp_path, "orders.csv", ORDERS)
    assert "nothing was written" in shop("import", "orders", file, "--dry-run").out
    assert shop("export", "balances", "-").out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("orders", "{missing}"), "There is no file missing.csv."),
        (("orders", "{cut}"), "cut short"),
        (("orders", "."), ". can't be read: Is a directory."),
        (("orders", "{broken}"), "row"),
        (("orders", "{good}", "--store", "moon"), "There is no store “moon”"),
        (("orders", "{good}", "--format", "abacus"), "abacus"),
        (("orders", "{good}", "--programme", "moon"), "There is no programme “moon”"),
    ],
)
def test_what_can_not_be_read_is_one_sentence_and_changes_nothing(
    shop: Regulars, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(ORDERS.encode())[:-20])
    files = {
        "missing": tmp_path / "missing.csv",
        "cut": cut,
        "broken": _file(tmp_path, "broken.csv", ORDERS.replace("12.50,2026", "twelve,2026")),
        "good": _file(tmp_path, "good.csv", ORDERS),
    }
    said = shop("import", *[word.format(**files) for word in words])
    assert (said.code, said.out) == (1, "")
    assert says in said.err
    assert len(said.err.splitlines()) == 1
    assert shop("export", "entries", "-").out.count("\n") == 1


def test_an_unknown_kind_is_wrong_usage(shop: Regulars, tmp_path: Path) -> None:
    assert shop("import", "pigeons", tmp_path / "x.csv").code == 2


def test_points_come_in_by_address_and_every_bad_row_is_named(shop: Regulars, tmp_path: Path) -> None:
    shop("import", "customers", _file(tmp_path, "customers.csv", CUSTOMERS))
    good = _file(tmp_path, "points.csv", "email,points\nines@example.org,120\nrex@example.org,0\n")
    bad = _file(tmp_path, "bad.csv", "email,points\nines@example.org,5\nwho@example.org,5\n")
    said = shop("import", "points", bad)
    assert (said.code, said.out) == (1, "")
    assert "row 3: There is no customer “who@example.org”" in said.err
    assert (
        "2 rows read: 1 person, 120 added, 0 taken, 1 without change." in shop("import", "points", good).out
    )
    assert "imported before, so nothing was changed" in shop("import", "points", good, "--json").out
    assert "120 points available" in shop("explain", "ines@example.org").out
    assert shop("import", "customers", good, "--set").code == 2

"""A real gift shop's year: where it lies, and a sample of it that keeps whole customers."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

YEAR = Path(__file__).parents[3] / "shared" / "data" / "online-retail"
EXAMPLE = Path(__file__).parents[2] / "examples" / "online-retail.toml"


@dataclass(frozen=True, slots=True)
class Points:
    """What the year's own sums say of one member."""

    earned: int
    clawed_back: int
    balance: int


def file(name: str) -> Path:
    """A file of the year, or skip the test that asks for it."""
    path = YEAR / f"or2010-11.{name}"
    if not path.exists():
        pytest.skip(f"the shared data isn't beside this checkout: {name}")
    return path


def expected(every: int = 1) -> dict[str, Points]:
    """By e-mail address, the members whose number is divisible by `every`."""
    with file("expected_points.csv").open(newline="") as lines:
        return {
            f"c{row['cid']}@example.test": Points(
                int(row["earned"]), int(row["clawback"]), int(row["balance"])
            )
            for row in csv.DictReader(lines)
            if int(row["cid"]) % every == 0
        }


def deliveries(every: int) -> list[dict[str, Any]]:
    """The webhooks of a sample: those members' orders, as many guests', and the refunds of both."""
    kept: list[dict[str, Any]] = []
    orders: set[int] = set()
    with gzip.open(file("webhooks.jsonl.gz"), "rt") as lines:
        for line in lines:
            event = json.loads(line)
            body = event["body"]
            if event["topic"] == "orders/paid":
                if (body["customer"] or body)["id"] % every == 0:
                    orders.add(body["id"])
                    kept.append(event)
            elif body["order_id"] in orders:
                kept.append(event)
    return kept


def exports(every: int, folder: Path) -> tuple[Path, Path]:
    """The customers and orders exports of the same sample, written to `folder`."""
    ids = {str(event["body"]["id"]) for event in deliveries(every) if event["topic"] == "orders/paid"}
    numbers = {"#" + id_.removeprefix("5000000") for id_ in ids}
    customers, orders = folder / "customers_export.csv", folder / "orders_export.csv.gz"
    with gzip.open(file("customers_export.csv.gz"), "rt", newline="") as lines, customers.open("w") as kept:
        kept.writelines(_rows(lines, lambda row: int(row[0].lstrip("'")) % every == 0))
    with gzip.open(file("orders_export.csv.gz"), "rt", newline="") as lines, gzip.open(orders, "wt") as kept:
        kept.writelines(_rows(lines, lambda row: row[0] in numbers))
    return customers, orders


def _rows(lines: Any, wanted: Any) -> Iterator[str]:
    reader = csv.reader(lines)
    yield _line(next(reader))
    for row in reader:
        if wanted(row):
            yield _line(row)


def _line(row: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"

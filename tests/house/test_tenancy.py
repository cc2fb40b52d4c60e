"""The listener that hears every statement of the suite knows a forgotten programme when it hears one."""

import pytest

from tests.house.places import ROOT
from tests.house.tenancy import Recorder, offence

FINE = [
    "SELECT * FROM customers WHERE programme_id = ? AND id = ?",
    'SELECT "customers"."id" FROM "customers" WHERE "customers"."programme_id" = $1',
    "SELECT 1 FROM orders o JOIN customers c ON c.programme_id = o.programme_id AND c.id = o.customer_id "
    "WHERE o.programme_id = ?",
    "INSERT INTO customers (programme_id, id) VALUES (?, ?)",
    "SELECT id FROM programmes WHERE handle = ?",
    "SELECT * FROM sessions WHERE token_hash = ?",
    "CREATE TABLE customers (id BIGINT)",
]
FORGETFUL = [
    "SELECT * FROM customers WHERE id = ?",
    "SELECT programme_id FROM customers",
    "SELECT 1 FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.programme_id = ?",
    "SELECT 1 FROM orders o JOIN customers c ON c.programme_id = o.programme_id WHERE o.id = ?",
    "UPDATE customers SET type = 'left' WHERE id = ?",
    "DELETE FROM orders",
    "INSERT INTO customers (id) VALUES (?)",
    "WITH some AS (SELECT id FROM orders) SELECT * FROM some",
]


@pytest.mark.parametrize("sql", FINE)
def test_a_statement_that_names_the_programme_is_fine(sql: str) -> None:
    assert offence(sql) is None


@pytest.mark.parametrize("sql", FORGETFUL)
def test_a_statement_that_forgets_the_programme_is_heard(sql: str) -> None:
    assert offence(sql) is not None


def test_a_statement_of_ours_is_heard_and_a_tests_own_is_not() -> None:
    recorder = Recorder()
    recorder.hear("DELETE FROM customers")
    assert recorder.offences == set()
    ours = compile("hear('DELETE FROM customers')", str(ROOT / "loyalty" / "customers.py"), "exec")
    exec(ours, {"hear": recorder.hear})
    assert recorder.offences == {"delete from customers"}

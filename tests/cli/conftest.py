"""`regulars` as a person types it: exit code, standard output, standard error."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loyalty.cli import main
from loyalty.settings import settings

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


Regulars = Callable[..., Said]


@pytest.fixture
def regulars(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Regulars]:
    """Run one command against this test's database."""
    monkeypatch.setenv("REGULARS_DATABASE_URL", database_url)
    monkeypatch.setenv("REGULARS_DATA_DIR", str(tmp_path))
    settings.cache_clear()

    def command(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["regulars", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    yield command
    settings.cache_clear()


@pytest.fixture
def shop(regulars: Regulars) -> Regulars:
    """A database with the gift shop's programme in it."""
    assert regulars("programme", "apply", EXAMPLES / "online-retail.toml").code == 0
    return regulars

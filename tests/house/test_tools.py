"""The machine's checks: layers, lint, format, types, templates. What we ask of people, a machine asks."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.places import PACKAGES, ROOT, files, relative

BIN = Path(sys.executable).parent
CHECKS = {
    "layers": ["lint-imports", "--no-logo", "--no-cache"],
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "templates": ["djlint", "web/templates", "--lint", "--quiet", "--allow-empty-input"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_is_in_order(check: str) -> None:
    tool, *arguments = CHECKS[check]
    done = subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{tool} {' '.join(arguments)}\n{done.stdout}{done.stderr}", pytrace=False)


def test_no_check_is_switched_off_in_the_code() -> None:
    marks = ("# type: " + "ignore", "# no" + "qa", "# pragma: no " + "cover")
    found = [
        f"{relative(path)}:{number}"
        for path in files("*.py", under=PACKAGES)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert found == []

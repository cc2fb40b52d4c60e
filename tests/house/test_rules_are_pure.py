"""Rules know the standard library, the stored words, the refusals and each other. Nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.places import files, relative

ALLOWED = ("db.enums", "loyalty.errors", "loyalty.rules")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
RULES = list(files("*.py", under=("loyalty/rules",)))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_imports_only_what_is_pure(path: Path) -> None:
    names = set(imported(ast.parse(path.read_text())))
    foreign = {
        name
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == allowed or name.startswith(allowed + ".") for allowed in ALLOWED)
    }
    assert not foreign, f"{relative(path)} imports {', '.join(sorted(foreign))}"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_never_reads_the_clock(path: Path) -> None:
    reads = [
        f"{relative(path)}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time", "clock"}
    ]
    assert reads == []

"""The documentation tells the truth where a machine can tell: links, commands, versions, what must not be there."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

import loyalty
from loyalty.cli.app import app
from tests.house.places import ROOT, files, relative

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bregulars ([a-z]+(?: [a-z]+)?)")
FILE = re.compile(r"`((?:bin|db|docs|examples|loyalty|static|tests|web)/[\w./-]+)`")
IN_CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
EXCERPT = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")

# Each is written so that it doesn't match its own line.
UNWANTED = {
    "a machine's path": r"/(?:root|home|Users)/[a-z]|/work/[a-z]",
    "a package index": r"(?:files\.)?python" + r"hosted\.org|pypi\." + r"org|registry\.npm" + r"js\.org",
    "a private key": "-----BEGIN [A-Z ]*PRIVATE" + " KEY",
    "an access token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}|shp(?:at|ss)_[0-9a-f]{32}|xox[bp]-[0-9]{8})",
    "a password in an address": r"postgresql://[^:@/\s{$]+:[^@/\s{$]{6,}@[^/\s]*\.[a-z]",
}
NOT_OURS = ("static/vendor/", "tests/browser/vendor/", "static/fonts/")


def page_name(page: Path) -> str:
    return str(relative(page))


def anchor(heading: str) -> str:
    """How a heading is linked to: lower case, spaces to dashes, without other marks."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().casefold())
    return kept.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text()):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, part = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (part and part not in map(anchor, HEADING.findall(there.read_text()))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_file_named_exists(page: Path) -> None:
    named = FILE.findall(page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_command_named_exists(page: Path) -> None:
    code = "\n".join("".join(found) for found in IN_CODE.findall(page.read_text()))
    named = {words for words in COMMAND.findall(code) if _command(words) is None}
    assert named == set()


@pytest.mark.parametrize(("where", "lines"), EXCERPT.findall((ROOT / "STYLE.md").read_text()))
def test_an_excerpt_in_the_house_rules_is_still_true(where: str, lines: str) -> None:
    source = [line.strip() for line in (ROOT / where).read_text().splitlines()]
    quoted = [line.strip() for line in lines.splitlines()]
    assert any(source[at : at + len(quoted)] == quoted for at in range(len(source)))


def test_every_command_and_option_is_documented() -> None:
    document = (ROOT / "docs" / "cli.md").read_text()
    for path, command in _leaves(get_command(app), "regulars"):
        assert f"`{path}" in document, path
        for option in (name for parameter in command.params for name in parameter.opts):
            if option.startswith("--") and option not in ("--help", "--json", "--programme", "--name"):
                assert option in document, f"{path} {option}"


def test_no_option_is_documented_that_does_not_exist() -> None:
    known = {
        name
        for _, command in _leaves(get_command(app), "")
        for parameter in command.params
        for name in parameter.opts
    }
    named = set(OPTION.findall((ROOT / "docs" / "cli.md").read_text()))
    assert named - known - {"--help"} == set()


def test_the_map_of_the_programme_names_every_room() -> None:
    rooms = {
        path.stem for path in (ROOT / "loyalty").iterdir() if path.stem not in ("__init__", "__pycache__")
    }
    named = re.findall(r"^    ([a-z_]+)  +\S", loyalty.__doc__ or "", re.MULTILINE)
    assert sorted(named) == sorted(rooms)


def test_the_changelog_tells_of_this_version_and_the_next() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert "\n## Unreleased\n" in changelog
    assert f"\n## {version[1]}\n" in changelog


@pytest.mark.parametrize("what", UNWANTED)
def test_nothing_that_is_kept_holds(what: str) -> None:
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{name}:{number}"
        for name, text in _kept()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def _kept() -> list[tuple[str, str]]:
    """Name and text of every file under version control, or of every file where there is no repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    names = [name for name in listed if name] or [str(relative(path)) for path in files("*.*")]
    texts = []
    for name in names:
        path = ROOT / name
        if path.is_file() and not name.startswith(NOT_OURS):
            raw = path.read_bytes()
            if b"\0" not in raw[:8000]:
                texts.append((name, raw.decode("utf-8", "replace")))
    return texts


def _command(words: str) -> TyperCommand | TyperGroup | None:
    """The command these words begin with, None when there is none."""
    found: TyperCommand | TyperGroup | None = get_command(app)
    for word in words.split():
        if not isinstance(found, TyperGroup):
            break
        found = found.commands.get(word)
        if found is None:
            return None
    return found


def _leaves(command: TyperCommand | TyperGroup, path: str) -> list[tuple[str, TyperCommand]]:
    if not isinstance(command, TyperGroup):
        return [(path, command)]
    return [leaf for name, part in command.commands.items() for leaf in _leaves(part, f"{path} {name}")]

"""Other people's files are exactly the ones that static/vendor/CHECKSUMS names."""

import hashlib

import pytest

from tests.house.places import ROOT, files

STATIC = ROOT / "static"
LIST = STATIC / "vendor" / "CHECKSUMS"
LINES = [
    line.split()
    for line in (LIST.read_text().splitlines() if LIST.exists() else [])
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_a_vendored_file_is_the_one_that_was_chosen(line: list[str]) -> None:
    path, _package, _version, _licence, checksum = line
    assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == checksum


def test_every_vendored_file_is_listed() -> None:
    there = files("*.js", "*.css", "*.woff2", under=("static/vendor", "static/fonts"))
    assert {str(path.relative_to(STATIC)) for path in there} <= {line[0] for line in LINES}

"""Small files: half of ours have fewer than 75 lines, and none has more than 300."""

from statistics import median

from tests.house.places import PACKAGES, files, relative

ALARM = 300
HALF_BELOW = 75
EXEMPT = ("db/migrations/", "static/vendor/")


def test_no_file_is_longer_than_300_lines() -> None:
    ours = files("*.py", "*.html", "*.js", "*.sh", under=(*PACKAGES, "static", "tests", "bin", "bench"))
    long = {
        str(relative(path)): lines
        for path in ours
        if not str(relative(path)).startswith(EXEMPT)
        for lines in [len(path.read_text().splitlines())]
        if lines > ALARM
    }
    assert long == {}


def test_most_files_are_small() -> None:
    lines = [len(path.read_text().splitlines()) for path in files("*.py", "*.html", under=PACKAGES)]
    assert median(lines) < HALF_BELOW

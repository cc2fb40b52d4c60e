"""Every text that members may read in their own language, as the code and the templates write it.

python -m tests.house.messages      brings each catalogue up to date: new texts empty, old ones gone
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from loyalty.languages.catalogues import HERE
from tests.house.places import ROOT, files, relative

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "message": None}
CODE = ("loyalty", "web")
UNWANTED = tuple(
    f'"{name}:'.encode()
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
"""Headers that change by themselves, or name people."""
TEMPLATES = ("web/templates/portal",)
WORDS = ("point", "points", "stamp", "stamps")
"""What a programme calls its unit unless it says otherwise."""


def collected() -> Catalog:
    """Every message with where it stands."""
    found = Catalog()
    for path in files("*.py", under=CODE):
        text = path.read_text()
        if "loyalty.languages" in text:
            options = {"encoding": "utf-8"}
            _add(found, path, extract(extract_python, io.BytesIO(text.encode()), KEYWORDS, (), options))
    for path in files("*.html", under=TEMPLATES):
        options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
        _add(found, path, extract(babel_extract, io.BytesIO(path.read_bytes()), KEYWORDS, (), options))
    for word in WORDS:
        found.add(word)
    return found


def _add(found: Catalog, path: Path, messages: object) -> None:
    assert hasattr(messages, "__iter__")
    for _, message, _, _ in messages:
        found.add(message, locations=[(str(relative(path)), None)] if message else ())


def brought_up_to_date(path: Path) -> bytes:
    """The catalogue with exactly the texts there are, sorted, its translations kept."""
    with path.open("rb") as file:
        kept = read_po(file, locale=path.stem)
    fresh = Catalog(locale=path.stem, header_comment="", fuzzy=False, charset="utf-8")
    for message in collected():
        if message.id:
            before = kept.get(message.id)
            fresh.add(message.id, before.string if before else None)
    written = io.BytesIO()
    write_po(written, fresh, sort_output=True, omit_header=False, width=100)
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(UNWANTED))


if __name__ == "__main__":
    for catalogue in sorted(HERE.glob("*.po")):
        catalogue.write_bytes(brought_up_to_date(catalogue))
        sys.stdout.write(f"{catalogue.relative_to(ROOT)} is up to date\n")

"""Catalogues, and how a language writes."""

import gettext
import io
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH, PSEUDO = "en", "ar-XB"
HERE = Path(__file__).parent
FROM_RIGHT = {"ar", "fa", "he", "ur"}

_KEPT = re.compile(r"(%\(\w+\)s|%%)")


class Pseudo(gettext.NullTranslations):
    """Every text between brackets, a third longer, as translations tend to be."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}{'·' * (len(_KEPT.sub('', message)) // 3)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@dataclass(frozen=True, slots=True)
class Language:
    """One language and its catalogue. `tag` is BCP 47."""

    tag: str
    catalogue: gettext.NullTranslations

    def gettext(self, message: str, **values: object) -> str:
        """`message` in this language; `%(name)s` in it becomes the value of that name."""
        text = self.catalogue.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """The form for `n`, which is a value, too, unless another of that name is given."""
        return self.catalogue.ngettext(one, many, n) % {"n": n, **values}

    @property
    def direction(self) -> str:
        return direction(self.tag)

    @property
    def name(self) -> str:
        """What speakers call it."""
        if self.tag == PSEUDO:
            return "Pseudo"
        name = Locale.parse(self.tag, sep="-").get_display_name() or self.tag
        return name[:1].upper() + name[1:]


def message(text: str) -> str:
    """Marks a text for the catalogues where it is written and translated elsewhere."""
    return text


def direction(tag: str) -> str:
    """`rtl` or `ltr`, for the dir attribute."""
    return "rtl" if tag.partition("-")[0] in FROM_RIGHT else "ltr"


def language(tag: str) -> Language:
    """The language with this tag, or the one it is a variety of, or English."""
    known = available()
    return _loaded(next((each for each in (tag, tag.partition("-")[0]) if each in known), ENGLISH))


def available() -> frozenset[str]:
    return frozenset({ENGLISH, PSEUDO, *offered()})


@lru_cache(maxsize=1)
def offered() -> tuple[str, ...]:
    """The tags a member may choose from: English and every catalogue."""
    return tuple(sorted({ENGLISH, *(path.stem for path in HERE.glob("*.po"))}))


@lru_cache(maxsize=16)
def _loaded(tag: str) -> Language:
    if tag == PSEUDO:
        return Language(tag, Pseudo())
    path = HERE / f"{tag}.po"
    if not path.exists():
        return Language(ENGLISH, gettext.NullTranslations())
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=tag))
    compiled.seek(0)
    return Language(tag, gettext.GNUTranslations(compiled))

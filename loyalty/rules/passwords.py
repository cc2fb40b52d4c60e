"""Which passwords are refused. DESIGN §6."""

from collections.abc import Iterable

from loyalty.errors import Invalid

SHORTEST = 12
LONGEST = 1000
_FEWEST_DIFFERENT = 5
_RUNS = "01234567890123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm"
_COMMON = (
    "password",
    "passwort",
    "letmein",
    "welcome",
    "iloveyou",
    "qwertz",
    "azerty",
    "loyalty",
    "regulars",
)
_WORN = 6


def refuse_weak(password: str, known_about: Iterable[str]) -> None:
    """Raises Invalid for a password that is short or that a guesser tries first.

    `known_about` is what anybody knows of the person: name, address, shop.
    """
    if len(password) < SHORTEST:
        raise Invalid(f"Use at least {SHORTEST} characters; a few unrelated words do well.", field="password")
    if len(password) > LONGEST:
        raise Invalid(f"Use at most {LONGEST} characters.", field="password")
    if _obvious(password.casefold(), known_about):
        raise Invalid("That password is too easy to guess. Try a few unrelated words.", field="password")


def _obvious(password: str, known_about: Iterable[str]) -> bool:
    if len(set(password)) < _FEWEST_DIFFERENT:
        return True
    words = {word for text in known_about for word in _words(text)} | set(_COMMON)
    rest = password
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = _without_runs(rest)
    return len(rest) < _WORN


def _words(text: str) -> list[str]:
    parted = "".join(char if char.isalnum() else " " for char in text.casefold()).split()
    return [word for word in parted if len(word) >= 3]


def _without_runs(text: str) -> str:
    """The text without stretches of four and more that a finger runs along: 1234, abcd, qwer, dcba."""
    kept, at = "", 0
    while at < len(text):
        length = _run_at(text, at)
        kept += "" if length >= 4 else text[at]
        at += length if length >= 4 else 1
    return kept


def _run_at(text: str, at: int) -> int:
    length = 1
    while at + length < len(text):
        stretch = text[at : at + length + 1]
        if stretch not in _RUNS and stretch[::-1] not in _RUNS:
            break
        length += 1
    return length

"""The languages members read in: the portal and mail to them.

English is what the code says; every other language is a gettext catalogue `<tag>.po` in this folder, compiled when
it is first used. `PSEUDO` is no language but a test of ours: it runs from right to left and marks every text that
went through a catalogue, so that one which didn't stands out.

    language      the language with a tag, English for one we don't have
    choose        the first of several wishes that we have
    offered       what a member may choose
"""

from loyalty.languages.catalogues import (
    ENGLISH,
    PSEUDO,
    Language,
    direction,
    language,
    message,
    offered,
)
from loyalty.languages.choosing import accepted, choose

__all__ = [
    "ENGLISH",
    "PSEUDO",
    "Language",
    "accepted",
    "choose",
    "direction",
    "language",
    "message",
    "offered",
]

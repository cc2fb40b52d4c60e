"""The letter as HTML. The web side draws it and is named by a string: `loyalty` never imports `web`."""

from importlib import import_module
from typing import Protocol, cast

from loyalty.mail.letters import Letter
from loyalty.programmes import Programme

DRAWER = "web.mailing"


class Drawer(Protocol):
    """What the module offers."""

    def draw(self, letter: Letter, programme: Programme, base_url: str, unsubscribe: str) -> str: ...


def html(letter: Letter, programme: Programme, base_url: str, unsubscribe: str = "") -> str:
    """A whole document with its styles inlined."""
    return cast("Drawer", import_module(DRAWER)).draw(letter, programme, base_url, unsubscribe)

"""regulars version"""

from importlib.metadata import version as installed

from loyalty.cli.options import JsonOption
from loyalty.cli.terminal import answer, say


def version(as_json: JsonOption = False) -> None:
    """Say which version this is."""
    number = installed("regulars")
    answer({"version": number}) if as_json else say(f"regulars {number}")

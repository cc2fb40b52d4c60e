"""Tools a test needs from the machine: absent means skipped, but under CI=true it means failed."""

import os
import shutil

import pytest

_NAMES = {"chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")}


def found(tool: str) -> str | None:
    """The path of a tool, `CHROMIUM=/path` naming it outright; None when it isn't on this machine."""
    named = os.environ.get(tool.upper())
    return named or next(filter(None, map(shutil.which, _NAMES.get(tool, (tool,)))), None)


def need(tool: str) -> str:
    """The path of a tool, or skip the test that asks for it."""
    return found(tool) or missing(f"{tool} is not installed")


def missing(what: str) -> str:
    """Skip because of `what`; fail when the machine promised to have everything."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI=true skips nothing", pytrace=False)
    pytest.skip(what)

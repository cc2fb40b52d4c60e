"""What htmx 4 asks and is told, by headers."""

import json
from typing import Any

from litestar.connection import ASGIConnection

# A history restore and a boosted link ask for "full": both must get the whole page.
VARY = {"Vary": "HX-Request-Type"}


def is_partial(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether htmx will swap the answer into a part of the page."""
    return connection.headers.get("hx-request-type") == "partial"


def toast(sentence: str, undo: str | None = None) -> dict[str, str]:
    """Header that makes app.js show `sentence`; `undo` is the uid of the action it can take back."""
    return {"HX-Trigger": json.dumps({"toast": {"sentence": sentence, "undo": undo}})}


def done(sentence: str, undo: str | None, path: str) -> dict[str, str]:
    """Headers after a verb: close the dialog, tell `sentence`, draw the page at `path` anew in its place."""
    again = {"path": path, "target": "#main", "select": "#main", "swap": "outerMorph", "push": "false"}
    again["selectOOB"] = ".nav .count"  # what waits is counted outside the page itself
    told = {"dialog:close": True, "toast": {"sentence": sentence, "undo": undo}}
    return {"HX-Trigger": json.dumps(told), "HX-Location": json.dumps(again), **VARY}


def refusal(sentence: str) -> dict[str, str]:
    """Headers of an error that htmx must not swap in: the page stays, a toast says why."""
    return {"HX-Reswap": "none", "HX-Push-Url": "false", **toast(sentence), **VARY}


def retarget(where: str) -> dict[str, str]:
    """Header that has the answer swapped in elsewhere than the page asked."""
    return {"HX-Retarget": where, **VARY}


def redirect(path: str) -> dict[str, str]:
    """Header that sends the whole browser to `path`."""
    return {"HX-Redirect": path}

"""Where to go back to: a page of the admin, never another site."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request


def goes_to(request: Request[Any, Any, Any], default: str = "/admin") -> str:
    """The address' `next`, when it is a page of the admin that isn't about signing in."""
    wanted = request.query_params.get("next", "")
    safe = wanted.startswith(("/admin", "/till")) and "\\" not in wanted and "sign-" not in wanted
    return wanted if safe else default


def asked_from(request: Request[Any, Any, Any], header: str = "referer") -> str:
    """The admin page a request came from, or nothing: never another site, never a form's own page."""
    came = urlsplit(request.headers.get(header, ""))
    if came.netloc != request.headers.get("host") or not came.path.startswith("/admin/"):
        return ""
    return came.path + (f"?{came.query}" if came.query else "")

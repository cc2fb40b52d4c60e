"""Input no browser sends gets a 4xx, never a 500: undecodable bytes, NULs, lone surrogates, deep JSON."""

from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request
from litestar.connection.base import UserT
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import SerializationException
from litestar.types import HTTPScope

from loyalty.errors import LoyaltyError
from loyalty.languages import message

UNREADABLE = message("The request can’t be read. Go back, reload the page and try again.")


class Unreadable(LoyaltyError):
    """The body isn't what its content type says."""

    status = 400


def readable(raw: bytes) -> bool:
    """Whether percent-encoded `raw` is UTF-8 without NULs. Strict UTF-8 has no lone surrogates either."""
    try:
        return "\0" not in unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False


def sane_address(scope: HTTPScope) -> bool:
    """Whether path and query are text."""
    return readable(scope.get("raw_path") or scope["path"].encode()) and readable(scope["query_string"])


def clean(text: str) -> bool:
    """Whether `text` can be stored and sent: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def clean_json(value: Any) -> bool:
    """The same for every key and string inside a decoded JSON value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and not clean(item):
            return False
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
    return True


class SaneRequest(Request[UserT, Any, Any]):
    """The request class of the whole app: bodies that can't be read are the sender's fault, 400."""

    async def form(self) -> FormMultiDict:
        try:
            form = await super().form()
        except (UnicodeError, ValueError, LookupError) as error:
            raise Unreadable(UNREADABLE) from error
        for name, value in form.multi_items():
            if not clean(name) or not clean(value.filename if isinstance(value, UploadFile) else str(value)):
                raise Unreadable(UNREADABLE)
        return form

    async def json(self) -> Any:
        try:
            value = await super().json()
        except (UnicodeError, SerializationException, RecursionError) as error:
            raise Unreadable("The body is not JSON that can be read.") from error
        if not clean_json(value):
            raise Unreadable(UNREADABLE)
        return value

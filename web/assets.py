"""Everything under static/, read once at start and served for ever under a content hash."""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

import brotli
from litestar import asgi
from litestar.enums import HttpMethod, ScopeType
from litestar.exceptions import NotFoundException
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from web.permissions import PUBLIC

STATIC = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static"
CSS_URL = re.compile(r'url\("([^":]+)"\)')
SERVED = {".css", ".js", ".svg", ".woff2", ".png", ".jpg", ".webp"}
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire; `br` and `gz` are None where compressing gains nothing."""

    url: str
    raw: bytes
    br: bytes | None
    gz: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes


class Assets:
    """`assets("css/base.css")` is that file's hashed URL; an unknown name is a KeyError at render."""

    def __init__(self, root: Path = STATIC) -> None:
        self.by_name: dict[str, Asset] = {}
        files = [file for file in root.rglob("*") if file.suffix in SERVED]
        # Stylesheets last: their url(...) are rewritten to names that must be known by then.
        for file in sorted(files, key=lambda file: (file.suffix == ".css", file)):
            name = file.relative_to(root).as_posix()
            self.by_name[name] = packed(name, self._linked(name, file.read_bytes()))
        self.by_url = {asset.url: asset for asset in self.by_name.values()}

    def __call__(self, name: str) -> str:
        return self.by_name[name].url

    def _linked(self, name: str, raw: bytes) -> bytes:
        if not name.endswith(".css"):
            return raw
        folder = posixpath.dirname(name)

        def hashed(found: re.Match[str]) -> str:
            return f'url("{self(posixpath.normpath(posixpath.join(folder, found[1])))}")'

        return CSS_URL.sub(hashed, raw.decode()).encode()


def packed(name: str, raw: bytes) -> Asset:
    """Hash and compress one file."""
    digest = hashlib.sha256(raw).hexdigest()[:12]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind == "image/svg+xml"
    etag = f'"{digest}"'.encode()
    return Asset(
        url=f"{PREFIX}/{digest}/{name}",
        raw=raw,
        br=brotli.compress(raw, quality=9) if text else None,
        gz=gzip.compress(raw, 9, mtime=0) if text else None,
        headers=(
            (b"content-type", (kind + "; charset=utf-8" if text else kind).encode()),
            (b"cache-control", b"public, max-age=31536000, immutable"),
            (b"etag", etag),
            (b"vary", b"accept-encoding"),
        ),
        etag=etag,
    )


def encoded(asset: Asset, accepted: bytes) -> tuple[bytes | None, bytes]:
    """The smallest form this browser reads, with its content-encoding."""
    offers = {
        offer.partition(b";")[0].strip() for offer in accepted.split(b",") if offer.strip()[-3:] != b"q=0"
    }
    if asset.br is not None and b"br" in offers:
        return b"br", asset.br
    if asset.gz is not None and b"gzip" in offers:
        return b"gzip", asset.gz
    return None, asset.raw


def assets_handler(assets: Assets) -> ASGIRouteHandler:
    """The mount that serves them. HEAD arrives as GET (web.outer)."""

    @asgi(PREFIX, is_mount=True, copy_scope=True, opt={"action": PUBLIC, "asset": True})
    async def static(scope: Scope, receive: Receive, send: Send) -> None:
        asset = assets.by_url.get(PREFIX + scope["path"].rstrip("/"))
        if asset is None or scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.GET:
            raise NotFoundException
        asked = dict(scope["headers"])
        headers = list(asset.headers)
        if asset.etag in asked.get(b"if-none-match", b""):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        encoding, body = encoded(asset, asked.get(b"accept-encoding", b""))
        if encoding:
            headers.append((b"content-encoding", encoding))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return static

import hashlib
from pathlib import Path

import pytest
from litestar.testing import TestClient

from web.assets import STATIC, Assets

CHECKSUMS = STATIC / "vendor" / "CHECKSUMS"


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_an_asset_is_immutable_and_compressed(visitor: TestClient, assets: Assets) -> None:
    answer = visitor.get(assets("css/parts.css"), headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "accept-encoding"
    assert "@layer components" in answer.text


def test_gzip_is_for_those_who_cannot_read_brotli(visitor: TestClient, assets: Assets) -> None:
    answer = visitor.get(assets("js/app.js"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    plain = visitor.get(assets("js/app.js"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


def test_a_known_asset_is_304(visitor: TestClient, assets: Assets) -> None:
    etag = visitor.get(assets("favicon.svg")).headers["etag"]
    again = visitor.get(assets("favicon.svg"), headers={"If-None-Match": f'"other", {etag}'})
    assert again.status_code == 304
    assert again.content == b""


def test_head_of_an_asset_tells_its_length(visitor: TestClient, assets: Assets) -> None:
    url = assets("fonts/inter-latin.woff2")
    head = visitor.head(url)
    assert head.headers["content-type"] == "font/woff2"
    assert int(head.headers["content-length"]) == len(visitor.get(url).content)


@pytest.mark.parametrize(
    "path", ["/static/css/parts.css", "/static/", "/static/../pyproject.toml", "/static/x/y"]
)
def test_anything_else_under_static_is_404(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_stylesheets_point_at_hashed_fonts_that_exist(visitor: TestClient, assets: Assets) -> None:
    sheet = visitor.get(assets("css/tokens.css")).text
    for name in ("inter-latin", "inter-latin-ext", "figtree-latin", "figtree-latin-ext"):
        assert f'url("{assets(f"fonts/{name}.woff2")}")' in sheet


def test_vendored_files_are_what_the_checksums_say() -> None:
    lines = [line.split() for line in CHECKSUMS.read_text().splitlines() if not line.startswith("#")]
    for path, _package, _version, _licence, digest in lines:
        assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == digest, path
    listed = {Path(line[0]).name for line in lines}
    vendored = {
        file.name for folder in ("vendor", "fonts") for file in (STATIC / folder).iterdir() if file.is_file()
    }
    assert vendored - {"CHECKSUMS"} <= listed

"""Uploaded pictures: what is taken, what is cleaned away, what is refused."""

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules.images import LARGEST_BYTES, read

LOGO = (Path(__file__).parents[2] / "loyalty" / "demo" / "logo.png").read_bytes()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 32, height: int = 32, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*more: bytes) -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, 48, 64, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1") + b"".join(more) + frame + scan + b"\xff\xd9"


def webp(*parts: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for name, part in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


STILL = (b"VP8L", b"\x2f" + struct.pack("<I", (63) | (31 << 14)) + b"\0" * 8)


def test_a_png_keeps_its_picture_and_loses_its_words_and_its_tail() -> None:
    said = chunk(b"tEXt", b"Author\0Mara, 4 Mill Lane")
    image = read(png(40, 30, said) + b"<script>alert(1)</script>")
    assert (image.media, image.width, image.height) == ("image/png", 40, 30)
    assert image.body == png(40, 30)


def test_a_jpeg_loses_where_it_was_taken() -> None:
    image = read(jpeg(segment(0xE1, b"Exif\0\0GPS 52.5 13.4"), segment(0xFE, b"a comment")) + b"tail")
    assert (image.media, image.width, image.height) == ("image/jpeg", 64, 48)
    assert image.body == jpeg()


def test_a_webp_loses_its_metadata_and_says_so_in_its_flags() -> None:
    flags = b"\x0c\0\0\0" + (63).to_bytes(3, "little") + (31).to_bytes(3, "little")
    image = read(webp((b"VP8X", flags), STILL, (b"EXIF", b"where"), (b"XMP ", b"<x/>")))
    assert (image.media, image.width, image.height) == ("image/webp", 64, 32)
    assert b"EXIF" not in image.body
    assert image.body[20] & 0x0C == 0
    assert read(image.body).body == image.body


def test_the_demo_shops_logo_is_a_picture() -> None:
    assert (read(LOGO).width, read(LOGO).height) == (192, 192)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "Choose a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "PNG, JPEG or WebP"),
        (b"GIF89a" + b"\0" * 40, "PNG, JPEG or WebP"),
        (b"\0" * (LARGEST_BYTES + 1), "larger than 512 KB"),
        (png(8, 8), "16 to 4,096"),
        (png(5000, 16), "16 to 4,096"),
        (png()[:-6], "broken"),
        (png().replace(b"IDAT", b"IDAX"), "broken"),
        (jpeg()[:30], "broken"),
        (webp((b"XMP ", b"x")), "broken"),
        (webp((b"ANIM", b"\0" * 6), STILL), "still picture"),
    ],
)
def test_what_is_no_usable_picture_is_refused_in_words(raw: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read(raw)


@given(st.binary(max_size=200), st.sampled_from([b"", png()[:33], jpeg()[:20], webp(STILL)[:16]]))
def test_any_bytes_are_a_picture_or_a_refusal(tail: bytes, head: bytes) -> None:
    try:
        image = read(head + tail)
    except Invalid:
        return
    assert image.body

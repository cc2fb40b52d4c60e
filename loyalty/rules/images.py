"""Pictures that people upload: PNG, JPEG or WebP, read by their bytes and rebuilt without what isn't picture.

Nothing is decoded. The parts a browser needs are kept, in order; everything else (where a photo was taken,
comments, what somebody hid behind the end) is left out.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from loyalty.errors import Invalid

LARGEST_BYTES = 512 * 1024
SMALLEST_SIDE, LARGEST_SIDE = 16, 4096

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs",
})  # fmt: skip
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# JFIF, the colour profile and Adobe's colour transform; the other application parts are metadata.
_JPEG_APPS = {0xE0: b"JFIF", 0xE2: b"ICC_PROFILE", 0xEE: b"Adobe"}
_WEBP_PARTS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})

BROKEN = "This picture is broken. Save it again as PNG, JPEG or WebP and try once more."
OTHER = "Upload a PNG, JPEG or WebP picture."


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it is served. `media` is its content type; sides are pixels."""

    media: str
    width: int
    height: int
    body: bytes


def read(raw: bytes, *, field: str = "logo") -> Image:
    """The picture in these bytes, cleaned. Raises Invalid naming what is wrong with it."""
    if not raw:
        raise Invalid("Choose a picture first.", field=field)
    if len(raw) > LARGEST_BYTES:
        raise Invalid(f"The picture is larger than {LARGEST_BYTES // 1024} KB.", field=field)
    try:
        image = _read(raw)
    except (struct.error, IndexError, ValueError):
        raise Invalid(BROKEN, field=field) from None
    if image is None:
        raise Invalid(OTHER, field=field)
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (image.width, image.height)):
        raise Invalid(f"Each side must have {SMALLEST_SIDE} to {LARGEST_SIDE:,} pixels.", field=field)
    return image


def _read(raw: bytes) -> Image | None:
    if raw.startswith(_PNG):
        return _png(raw)
    if raw.startswith(b"\xff\xd8\xff"):
        return _jpeg(raw)
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return _webp(raw)
    return None


def _png(raw: bytes) -> Image:
    kept, at = [_PNG], len(_PNG)
    names: list[bytes] = []
    while not names or names[-1] != b"IEND":
        (length,), name = struct.unpack_from(">I", raw, at), raw[at + 4 : at + 8]
        end = at + 12 + length
        (crc,) = struct.unpack_from(">I", raw, end - 4)
        if zlib.crc32(raw[at + 4 : end - 4]) != crc:
            raise ValueError("a part of the PNG is damaged")
        names.append(name)
        if name in _PNG_PARTS:
            kept.append(raw[at:end])
        at = end
    if names[0] != b"IHDR" or b"IDAT" not in names:
        raise ValueError("a PNG without its parts")
    width, height = struct.unpack_from(">II", raw, len(_PNG) + 8)
    return Image("image/png", width, height, b"".join(kept))


def _jpeg(raw: bytes) -> Image:
    kept, size, at = [b"\xff\xd8"], None, 2
    while True:
        if raw[at] != 0xFF:
            raise ValueError("a JPEG out of step")
        marker = raw[at + 1]
        (length,) = struct.unpack_from(">H", raw, at + 2)
        body = raw[at + 4 : at + 2 + length]
        if len(body) != length - 2:
            raise ValueError("a JPEG cut off")
        if marker in _JPEG_FRAMES:
            size = struct.unpack_from(">HH", body, 1)
        wanted = body.startswith(_JPEG_APPS[marker]) if marker in _JPEG_APPS else not 0xE0 <= marker <= 0xEF
        if wanted and marker != 0xFE:
            kept.append(raw[at : at + 2 + length])
        at += 2 + length
        if marker == 0xDA:
            break
    end = raw.rindex(b"\xff\xd9") + 2
    if size is None or end <= at:
        raise ValueError("a JPEG without a picture")
    kept.append(raw[at:end])
    return Image("image/jpeg", size[1], size[0], b"".join(kept))


def _webp(raw: bytes) -> Image:
    parts = list(_riff(raw))
    first = next(((name, body) for name, body in parts if name in (b"VP8X", b"VP8 ", b"VP8L")), None)
    if first is None:
        raise ValueError("a WebP without a picture")
    sides = _webp_sides(*first)
    if any(name in (b"ANIM", b"ANMF") for name, _ in parts):
        raise Invalid("The logo can’t move. Upload a still picture.", field="logo")
    kept = []
    for name, body in parts:
        if name in _WEBP_PARTS:
            # The flags of the extended form must not promise metadata that is left out.
            body = bytes([body[0] & ~0x0C]) + body[1:] if name == b"VP8X" else body
            kept.append(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2))
    if not any(name in (b"VP8 ", b"VP8L") for name, _ in parts):
        raise ValueError("a WebP without a picture")
    inner = b"WEBP" + b"".join(kept)
    return Image("image/webp", *sides, b"RIFF" + struct.pack("<I", len(inner)) + inner)


def _riff(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    (total,) = struct.unpack_from("<I", raw, 4)
    at, end = 12, min(8 + total, len(raw))
    while at + 8 <= end:
        (length,) = struct.unpack_from("<I", raw, at + 4)
        body = raw[at + 8 : at + 8 + length]
        if len(body) != length:
            raise ValueError("a WebP cut off")
        yield raw[at : at + 4], body
        at += 8 + length + length % 2


def _webp_sides(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if name == b"VP8L":
        bits = struct.unpack_from("<I", body, 1)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if body[3:6] != b"\x9d\x01\x2a":
        raise ValueError("a WebP without a key frame")
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF

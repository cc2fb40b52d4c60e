"""Where mail lands while no mail server is set: a folder that a developer reads, never in production."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from loyalty.mail.envelopes import Envelope
from loyalty.settings import Settings

MOST = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail of the folder. `name` is its file's."""

    name: str
    subject: str
    to: str
    at: datetime
    text: str
    html: str


async def keep(uid: str, envelope: Envelope, chosen: Settings) -> None:
    """Write a mail into the folder."""
    await asyncio.to_thread(_write, place(chosen), f"{uid}.eml", envelope.wire)


async def listing(chosen: Settings) -> tuple[Kept, ...]:
    """The latest mails, newest first."""
    return await asyncio.to_thread(_read, place(chosen))


async def find(chosen: Settings, name: str) -> Kept | None:
    """One of the latest mails."""
    return next((each for each in await listing(chosen) if each.name == name), None)


def place(chosen: Settings) -> Path:
    return chosen.data_dir / "mail"


def _write(folder: Path, name: str, wire: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / name).write_bytes(wire)


def _read(folder: Path) -> tuple[Kept, ...]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:MOST]
    return tuple(_kept(file.stem, message_from_bytes(file.read_bytes(), policy=default)) for file in files)


def _kept(name: str, message: EmailMessage) -> Kept:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Kept(
        name=name,
        subject=str(message["Subject"]),
        to=str(message["To"]),
        at=parsedate_to_datetime(str(message["Date"])),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )

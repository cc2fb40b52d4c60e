"""A real SMTP server for tests, and the ways in which one can misbehave."""

import asyncio
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from loyalty.settings import settings

CODE = re.compile(r"\b(\d{4}) (\d{4})\b")
LINK = re.compile(r"/portal/sign-in/link/(\S+)")


@dataclass
class Mailbox:
    """What arrived. `rcpt` and `data` are what the server answers; `hangs` lets it say nothing for ever.

    `hangs_for` does so for one address. It lives in a thread of its own; `until` waits for what it hears.
    """

    port: int = 0
    rcpt: str = "250 OK"
    data: str = "250 OK"
    hangs: bool = False
    hangs_for: str = ""
    drops: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    asked_for: Counter[str] = field(default_factory=Counter)

    heard: threading.Condition = field(default_factory=threading.Condition)

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait, at most 20 seconds, until something is so."""
        assert await asyncio.to_thread(self._wait, so)

    def _wait(self, so: Callable[[], bool]) -> bool:
        with self.heard:
            return self.heard.wait_for(so, 20)

    @property
    def asked(self) -> int:
        """How often it was asked whether it takes a mail."""
        return self.asked_for.total()

    @property
    def last(self) -> EmailMessage:
        return self.mails[-1]

    def text(self, part: str = "plain") -> str:
        body = self.last.get_body((part,))
        assert body is not None
        return str(body.get_content())

    def code(self) -> str:
        """The sign-in code of the last mail."""
        found = CODE.search(str(self.last["Subject"]))
        assert found is not None
        return "".join(found.groups())

    def link(self) -> str:
        """The sign-in link's token in the last mail."""
        found = LINK.search(self.text())
        assert found is not None
        return found[1]


class Hooks:
    """What the server asks before it answers."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def answer_address(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        with self._box.heard:
            self._box.asked_for[address] += 1
            self._box.heard.notify_all()
        if self._box.hangs or address == self._box.hangs_for:
            await asyncio.sleep(30)
        if self._box.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._box.rcpt

    async def answer_text(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self._box.data.startswith("250"):
            with self._box.heard:
                self._box.mails.append(message_from_bytes(content, policy=default))
                self._box.heard.notify_all()
        if self._box.drops:
            transport: Any = server.transport
            transport.abort()
        return self._box.data


@contextmanager
def listening() -> Iterator[Mailbox]:
    """A server on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox = Mailbox(port=free.getsockname()[1])
    hooks = Hooks(mailbox)
    asked = SimpleNamespace(handle_RCPT=hooks.answer_address, handle_DATA=hooks.answer_text)
    controller = Controller(asked, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The server that this test's mail goes to, with half a second to answer."""
    with listening() as box:
        monkeypatch.setenv("REGULARS_SMTP_URL", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("REGULARS_SMTP_TIMEOUT", "0.5")
        monkeypatch.setenv("REGULARS_MAIL_FROM", "hello@shop.example")
        monkeypatch.setenv("REGULARS_BASE_URL", "http://shop.example")
        settings.cache_clear()
        yield box
    settings.cache_clear()

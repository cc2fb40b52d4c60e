"""The conversation with the mail server, and what each of its answers means.

Before the text is handed over nothing has been sent, so any trouble is a reason to try again. Once it is
on its way, a lost connection leaves it open whether it was taken: then it is never sent again.
"""

import asyncio
import ssl
import time
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from loyalty.errors import LoyaltyError
from loyalty.mail.envelopes import Envelope
from loyalty.settings import Settings

LOCAL = {"127.0.0.1", "::1", "localhost"}
PORTS = {"smtp": 587, "smtps": 465}


class NotNow(LoyaltyError):
    """Not sent; it can be tried again."""

    status = 503


class Refused(LoyaltyError):
    """Not sent, for good. `address`: the server says that nobody has this address."""

    def __init__(self, sentence: str, *, address: bool) -> None:
        super().__init__(sentence)
        self.address = address


class Unknown(LoyaltyError):
    """The connection ended before the server said whether it took the mail."""


class Server:
    """The mail server of this process. While it can't be reached, mails fail at once instead of queueing up."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def forgive(self) -> None:
        """Ask the server again at once."""
        self._away_until = 0.0

    async def send(self, envelope: Envelope, chosen: Settings) -> None:
        """Hand one mail over. Raises NotNow, Refused, Unknown."""
        if time.monotonic() < self._away_until:
            raise NotNow("The mail server could not be reached a moment ago.")
        client = connection(chosen)
        try:
            await self._introduce(client, envelope, chosen)
            await _hand_over(client, envelope)
        finally:
            client.close()

    async def _introduce(self, client: SMTP, envelope: Envelope, chosen: Settings) -> None:
        try:
            async with asyncio.timeout(chosen.smtp_timeout):
                await client.connect()
                await client.mail(envelope.sender)
                await client.rcpt(envelope.recipient)
        except SMTPRecipientRefused as error:
            raise _refusal(error, address=True) from error
        except SMTPAuthenticationError as error:
            raise NotNow(f"The mail server doesn’t let us in: {error.code}.") from error
        except SMTPResponseException as error:
            raise NotNow(f"The mail server said {error.code} {error.message}") from error
        except (SMTPException, OSError, TimeoutError) as error:
            self._away_until = time.monotonic() + chosen.smtp_timeout
            raise NotNow(f"The mail server can’t be reached ({type(error).__name__}).") from error


def connection(chosen: Settings) -> SMTP:
    """A connection as REGULARS_SMTP_URL says. Encrypted unless the server is this machine, or told otherwise."""
    where = urlsplit(chosen.smtp_url)
    host = where.hostname or "localhost"
    plain = parse_qs(where.query).get("tls") == ["off"] or host in LOCAL
    return SMTP(
        hostname=host,
        port=where.port or PORTS[where.scheme],
        username=unquote(where.username) if where.username else None,
        password=unquote(where.password) if where.password else None,
        use_tls=where.scheme == "smtps",
        start_tls=where.scheme == "smtp" and (None if plain else True),
        tls_context=trusted(),
        timeout=chosen.smtp_timeout,
    )


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """The machine's own certificate authorities; reading them takes longer than a mail."""
    return ssl.create_default_context()


async def _hand_over(client: SMTP, envelope: Envelope) -> None:
    try:
        await client.data(envelope.wire)
    except SMTPDataError as error:
        raise _refusal(error, address=False) from error
    # A worker that is stopped here must not hand the mail back either.
    except (SMTPException, OSError, TimeoutError, asyncio.CancelledError) as error:
        raise Unknown(
            f"The connection ended while the mail was handed over ({type(error).__name__})."
        ) from error
    # It is taken; how the server says goodbye changes nothing.
    with suppress(SMTPException, OSError, TimeoutError):
        await client.quit()


def _refusal(error: SMTPResponseException, *, address: bool) -> LoyaltyError:
    sentence = f"The mail server said {error.code} {error.message}"
    return NotNow(sentence) if error.code < 500 else Refused(sentence, address=address)


server = Server()

"""One request to an endpoint. Its name is looked up once and the connection goes to that very address.

Only addresses of the internet are called, unless the installation allows its own networks
(REGULARS_PRIVATE_ENDPOINTS). Redirects aren't followed, the answer's body isn't read, and all of it takes
ten seconds at most.
"""

import asyncio
import socket
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx

from loyalty.errors import LoyaltyError
from loyalty.rules import endpoints as rules

SECONDS = 10.0
LATER = frozenset({408, 425, 429})
"""Answers below 500 that ask for another try."""


class NotNow(LoyaltyError):
    """Not taken; it can be tried again."""

    status = 503


class Refused(LoyaltyError):
    """Not taken, for good."""


async def post(url: str, body: str, headers: Mapping[str, str], *, private: bool) -> None:
    """Hand a body over. Raises NotNow, Refused."""
    where = urlsplit(url)
    host = where.hostname or ""
    port = where.port or (443 if where.scheme == "https" else 80)
    try:
        async with asyncio.timeout(SECONDS):
            ip = await _address(host, port, private=private)
            answer = await _send(where, ip, port, body, headers)
    except socket.gaierror as error:
        raise NotNow("The endpoint’s name isn’t known.") from error
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise NotNow(f"The endpoint can’t be reached ({type(error).__name__}).") from error
    if 200 <= answer < 300:
        return
    sentence = f"The endpoint answered {answer}."
    raise NotNow(sentence) if answer >= 500 or answer in LATER else Refused(sentence)


async def _address(host: str, port: int, *, private: bool) -> str:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = [str(entry[4][0]) for entry in found]
    if not private and not all(rules.is_public(ip) for ip in ips):
        raise Refused("The endpoint’s name leads into a private network.")
    return ips[0]


async def _send(where: SplitResult, ip: str, port: int, body: str, headers: Mapping[str, str]) -> int:
    """The status. The certificate must be the name's, although the connection goes to its address."""
    shown = f"[{ip}]" if ":" in ip else ip
    url = urlunsplit((where.scheme, f"{shown}:{port}", where.path or "/", where.query, ""))
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=SECONDS) as client,
        client.stream(
            "POST",
            url,
            content=body.encode(),
            headers={"Host": where.netloc, "Content-Type": "application/json", **headers},
            extensions={"sni_hostname": where.hostname},
        ) as answer,
    ):
        return answer.status_code

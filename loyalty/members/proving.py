"""The code or the link from the mail: once, in time, in the browser that asked. PRODUCT O2."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.engine import atomic, one, retried, run
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.languages import message as _
from loyalty.mail import suppressing
from loyalty.members.asking import code_hash
from loyalty.sessions.tokens import PROGRAMME, digest, parts

TRIES = 5
KEPT = timedelta(days=1)

WRONG_CODE = _("This code isn’t right. Check it, or ask for a new one.")
SPENT = _("This code was used already or is older than ten minutes. Ask for a new one.")
OTHER_BROWSER = _("Open the link in the browser in which you asked for it, or type the code there.")
SPENT_LINK = _("This link was used already or is older than ten minutes. Ask for a new one.")

_LIVE = "used_at IS NULL AND expires_at > {}"


@dataclass(frozen=True, slots=True)
class Proven:
    """Whoever has this browser reads this mailbox."""

    programme_id: int
    email: str


@retried
async def by_code(browser: str, code: str) -> Proven:
    """Use the code up. Raises Invalid for a wrong one, and for a request that is spent, too old or unknown.

    Five wrong codes spend the request.
    """
    now, (programme_uid, secret) = clock.now(), parts(browser)
    async with atomic():
        tried = await run(
            "UPDATE sign_in_requests SET tries = tries + 1 WHERE"
            f" programme_id = {PROGRAMME} AND browser_hash = {{}} AND tries < {{}} AND {_LIVE}"
            " RETURNING programme_id, id, email, code_hash",
            programme_uid,
            digest(secret),
            TRIES,
            now,
        )
        row = tried[0] if tried else None
        digits = "".join(char for char in code if char.isdigit())
        right = row is not None and hmac.compare_digest(row["code_hash"], code_hash(digits, secret))
        if row is not None and right:
            return await _spend(row)
    # The try must stay counted, so the refusal comes after the transaction.
    raise Invalid(WRONG_CODE if row is not None else SPENT, field="code")


@retried
async def by_link(browser: str, link: str) -> Proven:
    """Use the link up. Raises Invalid in another browser, and for a link that is spent, too old or unknown."""
    now, (programme_uid, secret), (_uid, link_secret) = clock.now(), parts(browser), parts(link)
    async with atomic():
        row = await one(
            f"SELECT programme_id, id, email, browser_hash FROM sign_in_requests WHERE programme_id = {PROGRAMME}"
            f" AND link_hash = {{}} AND tries < {{}} AND {_LIVE}",
            parts(link)[0],
            digest(link_secret),
            TRIES,
            now,
        )
        if row is None:
            raise Invalid(SPENT_LINK, field="link")
        if programme_uid != _uid or not hmac.compare_digest(row["browser_hash"], digest(secret)):
            raise Invalid(OTHER_BROWSER, field="link")
        return await _spend(row)


async def asked_for(browser: str) -> str | None:
    """The address this browser asked a code for, as long as that is of use."""
    programme_uid, secret = parts(browser)
    row = await one(
        f"SELECT email FROM sign_in_requests WHERE programme_id = {PROGRAMME} AND browser_hash = {{}} AND {_LIVE}",
        programme_uid,
        digest(secret),
        clock.now(),
    )
    return row["email"] if row else None


async def forget_old(programme_id: int) -> int:
    """Delete requests and shop's tokens that have been too old for a day. Returns how many requests."""
    before = clock.now() - KEPT
    await run("DELETE FROM spent_tokens WHERE programme_id = {} AND expires_at < {}", programme_id, before)
    gone = await run(
        "DELETE FROM sign_in_requests WHERE programme_id = {} AND expires_at < {} RETURNING id",
        programme_id,
        before,
    )
    return len(gone)


async def _spend(row: dict[str, Any]) -> Proven:
    spent = await run(
        "UPDATE sign_in_requests SET used_at = {} WHERE programme_id = {} AND id = {} AND used_at IS NULL"
        " RETURNING id",
        clock.now(),
        row["programme_id"],
        row["id"],
    )
    if not spent:
        raise Invalid(SPENT, field="code")
    # A server that takes a mail proves nothing: it may come back. Whoever read the code proves the mailbox.
    await suppressing.lift(row["programme_id"], row["email"])
    return Proven(row["programme_id"], row["email"])

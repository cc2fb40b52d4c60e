"""Asking for a way in by e-mail. Every address gets the same answer, in text and in time. PRODUCT O2."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from db.engine import atomic, retried, run
from db.enums import MailKind
from db.ids import new_id
from loyalty import clock, mail
from loyalty.errors import Invalid, LoyaltyError
from loyalty.languages import Language
from loyalty.languages import message as _
from loyalty.mail import Button, Letter
from loyalty.programmes import Programme
from loyalty.referrals import tries
from loyalty.rules.orders import normalised_email
from loyalty.sessions.tokens import digest, new_secret

LASTS = timedelta(minutes=10)
DIGITS = 8
PER_ADDRESS, PER_NETWORK = 5, 40
"""Mails in a quarter of an hour: nobody's mailbox is flooded, and a shop's wireless network isn't locked out."""

BAD_ADDRESS = _("That doesn’t look like an e-mail address. Check it, please.")
TOO_MANY = _("Too many codes were asked for. Wait a quarter of an hour, then try again.")


class TooManyCodes(LoyaltyError):
    """Too many codes for one address or one network. The same for known and unknown addresses."""

    status = 429


@dataclass(frozen=True, slots=True)
class Asked:
    """`browser` is the secret for this browser's cookie; without it neither code nor link is worth anything."""

    browser: str
    email: str


@retried
async def ask(programme: Programme, email: str, *, ip: str, language: Language) -> Asked:
    """Send a code and a link to an address, good once, for 10 minutes, in this browser only.

    Raises Invalid for what can't be an address, TooManyCodes.
    """
    key = normalised_email(email)
    if key is None or len(email.strip()) > 254:
        raise Invalid(BAD_ADDRESS, field="email")
    address_is_calm = await tries.within(f"member-code:{programme.id}", key, PER_ADDRESS)
    network_is_calm = await tries.within("member-code", ip, PER_NETWORK)
    if not (address_is_calm and network_is_calm):
        raise TooManyCodes(TOO_MANY, field="email")
    browser, link, now = new_secret(), new_secret(), clock.now()
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    request_id = new_id(now)
    async with atomic():
        await run(
            "INSERT INTO sign_in_requests (programme_id, id, browser_hash, code_hash, link_hash, email, email_key,"
            " created_at, expires_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            programme.id,
            request_id,
            digest(browser),
            code_hash(code, browser),
            digest(link),
            email.strip(),
            key,
            now,
            now + LASTS,
        )
        await mail.post(
            programme.id,
            letter(programme, code, f"{programme.uid}.{link}", language),
            to=email.strip(),
            kind=MailKind.SIGN_IN,
            key=f"sign-in:{request_id}",
            urgent=True,
            good_until=now + LASTS,
        )
    return Asked(f"{programme.uid}.{browser}", email.strip())


def code_hash(code: str, browser: str) -> str:
    """What is stored of a code: worthless to somebody who has the database but not the browser."""
    return hashlib.sha256(f"{browser}:{code}".encode()).hexdigest()


def letter(programme: Programme, code: str, link: str, language: Language) -> Letter:
    """The mail with both ways in."""
    say = language.gettext
    shown = f"{code[:4]} {code[4:]}"
    return Letter(
        subject=say(_("%(code)s is your code for %(shop)s"), code=shown, shop=programme.name),
        preview=say(_("It works once and for ten minutes.")),
        heading=say(_("Your sign-in code")),
        paragraphs=(
            say(_("Enter it on the page where you asked for it. It works once and for ten minutes.")),
        ),
        code=shown,
        button=Button(say(_("Sign in without the code")), f"/portal/sign-in/link/{link}"),
        why=say(
            _("Somebody asked for this on our sign-in page. If it wasn’t you, nothing happens without it.")
        ),
        language=language.tag,
    )

"""What members do on their phones, whatever the story: sign in, and read their mail."""

import subprocess
import sys
import time
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.browser import gallery
from tests.browser.conftest import Window
from tests.browser.launching import PHONE
from tests.house.places import ROOT
from tests.mailbox import CODE, Mailbox

NO_SCRIPT = {**PHONE, "java_script_enabled": False}


def written_to(window: Window, mail: Mailbox, email: str) -> tuple[str, str, str]:
    """The shop writes to a member: the path to unsubscribe in the letter that came, that of their choices, and that
    of why they got a campaign.
    """
    before = len(mail.mails)
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.arriving", email],
        env=gallery.ENVIRONMENTS[window.base],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    came = letter(mail, email, before, "The Friday bake")
    unsubscribe, body = str(came["List-Unsubscribe"]).strip("<>"), came.get_body(("plain",))
    assert body is not None
    assert unsubscribe in str(body.get_content())
    preferences, why = done.stdout.split()
    return unsubscribe.removeprefix(window.base), preferences, why


def signs_in(window: Window, mail: Mailbox, email: str) -> Page:
    """By the code from the mail."""
    page, before = window.open("/portal/to/juniper-rye"), len(mail.mails)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    code = CODE.match(str(letter(mail, email, before, "is your code")["Subject"]))
    assert code is not None
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def letter(mail: Mailbox, email: str, before: int, subject: str) -> EmailMessage:
    """The first mail to this address, about this, after so many mails."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for each in mail.mails[before:]:
            if each["To"] == email and subject in str(each["Subject"]):
                return each
        time.sleep(0.05)
    raise AssertionError(f"no mail came to {email}")

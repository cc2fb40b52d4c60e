"""What a served demo shop sends while a story is told in the browser.

python -m tests.browser.arriving EMAIL      a letter to this member, from which one can unsubscribe
"""

import asyncio
import sys

from db.engine import connect, disconnect, rows, value
from db.enums import ContactChannel, MailKind
from loyalty import mail, programmes
from loyalty.campaigns import explaining, stored
from loyalty.mail import Letter
from loyalty.preferences import mail_links
from loyalty.settings import settings

PROGRAMME = 1


async def arrive(email: str) -> str:
    """Post the letter; the paths of the member's choices and of why they get a campaign, which letters carry, too."""
    await connect(settings().database_url)
    try:
        customer = await value(
            "SELECT id FROM customers WHERE programme_id = {} AND email_key = {}", PROGRAMME, email
        )
        links = await mail_links.links(PROGRAMME, customer)
        letter = Letter(subject="The Friday bake", heading="Saffron buns are back", why="You like our news.")
        await mail.post(
            PROGRAMME,
            letter,
            to=email,
            kind=MailKind.EXPIRY_NOTICE,
            key=links.preferences,
            customer_id=customer,
            unsubscribe=links.unsubscribe,
        )
        found = await rows("SELECT id FROM campaigns WHERE programme_id = {} ORDER BY id", PROGRAMME)
        campaign, programme = await stored.get(PROGRAMME, found[0]["id"]), await programmes.get(PROGRAMME)
        uid = await value(
            "SELECT uid FROM customers WHERE programme_id = {} AND id = {}", PROGRAMME, customer
        )
        why = explaining.path(programme, campaign, uid, ContactChannel.EMAIL)
        return f"{links.preferences} {why}"
    finally:
        await disconnect()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(arrive(*sys.argv[1:])))

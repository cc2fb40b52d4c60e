"""What reaches a served demo shop from elsewhere while a story is told in the browser.

python -m tests.browser.arriving links EMAIL         the paths that a mail to this member carries
python -m tests.browser.arriving order EMAIL NAME    two loaves and a jam, bought on the web
python -m tests.browser.arriving refund EMAIL NAME   all of it back
"""

import asyncio
import sys

from db.engine import connect, disconnect, value
from loyalty import clock
from loyalty.demo import shop, tills
from loyalty.orders.receiving import receive, receive_refund
from loyalty.preferences import mail_links
from loyalty.rules.orders import IncomingCustomer, IncomingOrder
from loyalty.settings import settings

PROGRAMME = 1


async def arrive(what: str, email: str, name: str = "") -> str:
    """Do it; what it prints."""
    await connect(settings().database_url)
    try:
        if what == "links":
            customer = await value(
                "SELECT id FROM customers WHERE programme_id = {} AND email_key = {}", PROGRAMME, email
            )
            links = await mail_links.links(PROGRAMME, customer)
            return f"{links.unsubscribe} {links.preferences}"
        web = await value("SELECT id FROM stores WHERE programme_id = {} AND handle = 'web'", PROGRAMME)
        if what == "order":
            await receive(PROGRAMME, web, order(email, name))
        else:
            await receive_refund(PROGRAMME, web, tills.refund_whole(order(email, name), clock.now()))
        return ""
    finally:
        await disconnect()


def order(email: str, name: str) -> IncomingOrder:
    """Two lines of the shelf Bread, one of another."""
    who = IncomingCustomer(external_id=None, email=email, is_registered=True)
    basket = shop.basket("Seeded sourdough", "Mill Lane rye", "Raspberry jam")
    return tills.order(f"arrived-{name}", name, who, basket, clock.now(), delivered=False)


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(arrive(*sys.argv[1:])))

"""A proven address becomes a member, once, and only by pressing the button. PRODUCT A2, A3, A4."""

from db.engine import one, value
from db.enums import EarningTrigger
from tests import factories
from tests.cast import Cast, assert_books_balance
from tests.mailbox import Mailbox
from tests.web.desk import field
from tests.web.portal.conftest import Browse, sign_in


async def test_somebody_new_proves_the_address_and_then_joins_with_one_signup_bonus(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    await factories.earning_rule(1, EarningTrigger.SIGNUP, 100)
    client = await browse(None)
    await sign_in(client, mailbox, "nora@example.org")
    page = await client.get("/portal")
    assert "Join Bloom" in page.text
    nameless = await client.post("/portal/joining", data={"csrf": field(page.text, "csrf")})
    assert (nameless.status_code, "Tell us what to call you" in nameless.text) == (422, True)
    sent = {"csrf": field(page.text, "csrf"), "first_name": "Nora", "last_name": "Berg"}
    for _ in range(2):
        assert (await client.post("/portal/joining", data=sent)).status_code == 303
    who = await one(
        "SELECT id, type, first_name FROM customers WHERE email_key = 'nora@example.org' AND programme_id = 1"
    )
    assert who is not None
    assert (who["type"], who["first_name"]) == ("member", "Nora")
    earned = await value(
        "SELECT sum(points) FROM ledger_entries WHERE programme_id = 1 AND customer_id = {}", who["id"]
    )
    assert earned == 100
    assert ", Nora</p>" in (await client.get("/portal")).text
    await assert_books_balance()


async def test_a_guest_who_proves_the_address_sees_no_balance_until_joining(
    people: Cast, browse: Browse, mailbox: Mailbox
) -> None:
    client = await browse(None)
    await sign_in(client, mailbox, "olu@example.org")
    assert await value(
        "SELECT email_verified_at FROM customers WHERE programme_id = 1 AND id = {}", people.olu.id
    )
    page = await client.get("/portal")
    assert "Join Bloom" in page.text
    await client.post("/portal/joining", data={"csrf": field(page.text, "csrf")})
    assert (
        await value("SELECT type FROM customers WHERE programme_id = 1 AND id = {}", people.olu.id)
        == "member"
    )


async def test_who_has_left_stays_so(people: Cast, browse: Browse, mailbox: Mailbox) -> None:
    client = await browse(None)
    await sign_in(client, mailbox, "pia@example.org")
    page = await client.get("/portal")
    assert "Your membership has ended" in page.text
    answer = await client.post(
        "/portal/joining", data={"csrf": field(page.text, "csrf"), "first_name": "Pia"}
    )
    assert answer.status_code == 403
    assert (
        await value("SELECT type FROM customers WHERE programme_id = 1 AND id = {}", people.pia.id) == "left"
    )

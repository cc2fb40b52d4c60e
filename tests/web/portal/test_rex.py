"""Rex never sees anything of Ines's, and changes nothing of hers. PRODUCT O2, O4.

Every route of the portal is walked with her ids in its address and its form: as Rex, signed out, and as a member
of another programme.
"""

from typing import Any

import httpx
import pytest

from db.engine import rows, run, value
from db.piccolo_app import table_classes
from loyalty import clock, messages, sessions
from loyalty.jobs.worker import Worker
from loyalty.mail import Letter
from loyalty.rewards import catalogue
from loyalty.rewards.redeeming import redeem
from loyalty.rules.actors import SYSTEM
from loyalty.rules.codes import format_code
from loyalty.surveys import taking
from tests import factories
from tests import rows as raw
from tests.cast import Cast, assert_books_balance
from tests.mailbox import Mailbox
from tests.surveying import challenge, published
from tests.web.desk import field
from tests.web.portal.attacks import ATTACKS, Attack
from tests.web.portal.conftest import Browse, sign_in
from web.outer import App

OWN_ROUTES = {key for key, attack in ATTACKS.items() if attack.own}


def routes(app: App) -> set[tuple[str, str]]:
    """Every route under /portal, by method and template."""
    found = set()
    for route in app.routes:
        if route.path == "/portal" or route.path.startswith("/portal/"):
            for handler in getattr(route, "route_handlers", ()):
                found |= {(method, route.path) for method in handler.http_methods - {"OPTIONS", "HEAD"}}
    return found


def test_every_route_of_the_portal_says_how_it_is_attacked(app: App) -> None:
    assert routes(app) == set(ATTACKS), "add the new route to tests/web/portal/attacks.py"


class Hers:
    """What Ines has, and what of it must never be seen by anybody else."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.secrets: set[str] = set()


@pytest.fixture
async def hers(people: Cast, browse: Browse, mailbox: Mailbox) -> Hers:
    """Ines with points, a code in her hand, an invitation, a browser, and a sign-in under way."""
    ines, found = people.ines, Hers()
    await factories.give(ines, 2480)
    await factories.give(people.rex, 700)
    await factories.referral_policy(1)
    reward = await factories.reward(1, "Bread-making class")
    await factories.reward(2, "Tea")
    copy = await redeem(
        1, ines.id, (await catalogue.find(1, reward.uid)).id, by=SYSTEM, key=f"{ines.uid}:form"
    )
    campaign = await raw.campaign(1)
    letter = Letter(subject="Bake with us, Okafor", heading="", body="<p>Okafor</p>")
    await messages.write(1, ines.id, campaign.id, letter, at=clock.now())
    await taking.take_up(1, ines.id, (await published(challenge())).uid, by=SYSTEM)
    await run("UPDATE customers SET phone = '+49 170 5550142' WHERE programme_id = 1 AND id = {}", ines.id)
    browser = await browse(None)
    await sign_in(browser, mailbox, "ines@example.org")
    listed = await sessions.listing(1, "member", ines.id)
    await browser.post("/portal/sign-in", data={"email": "ines@example.org", "shop": "bloom", "csrf": "x"})
    asking = await browse(None)
    await asking.post("/portal/sign-in", data={"email": "ines@example.org", "shop": "bloom"})
    await Worker().step()
    card = await value("SELECT card_number FROM customers WHERE programme_id = 1 AND id = {}", ines.id)
    found.ids = {
        "ines": ines.uid,
        "ines_id": str(ines.id),
        "copy": copy.uid,
        "response": await value(
            "SELECT uid FROM survey_responses WHERE programme_id = 1 AND customer_id = {}", ines.id
        ),
        "message": (await messages.listing(1, ines.id)).items[0].uid,
        "session": listed[0].uid,
        "link": mailbox.link(),
        "code": mailbox.code(),
        "email": "ines@example.org",
        "shop": "bloom",
        "key": f"{ines.uid}:form",
        "cursor": "",
        "voucher": "v1.e30.0",
    }
    found.secrets = {
        "Okafor",
        "5550142",
        "2,480",
        "1,980",
        card,
        ines.uid,
        ines.referral_code,
        copy.uid,
        copy.code,
        copy.code.replace("-", ""),
        listed[0].uid,
    }
    return found


async def everything_of(customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row that names the customer, in every table that can."""
    kept = {}
    for table in table_classes():
        names = {column._meta.name for column in table._meta.columns}
        name = table._meta.tablename
        if {"programme_id", "customer_id"} <= names:
            sql = f"SELECT * FROM {name} WHERE programme_id = 1 AND customer_id = {{}}"
            kept[name] = sorted(await rows(sql, customer_id), key=str)
    kept["customers"] = await rows("SELECT * FROM customers WHERE programme_id = 1 AND id = {}", customer_id)
    kept["sessions"] = await rows(
        "SELECT id, ended_at FROM sessions WHERE programme_id = 1 AND subject_id = {}", customer_id
    )
    return kept


async def sent(client: httpx.AsyncClient, attack: Attack, ids: dict[str, str]) -> list[httpx.Response]:
    """The answers to an attack, with the attacker's own CSRF token where they have one."""
    answers = []
    for path in attack.paths:
        if attack.forms is None:
            answers.append(await client.get(path.format(**ids)))
            continue
        page = (await client.get("/portal/data")).text
        token = {"csrf": field(page, "csrf")} if 'name="csrf"' in page else {}
        for form in attack.forms:
            filled = {name: text.format(**ids) for name, text in form.items()}
            answers.append(await client.post(path.format(**ids), data={**filled, **token}))
    return answers


@pytest.mark.parametrize("who", ["rex", "nobody", "ada"])
async def test_nobody_else_sees_or_changes_anything_of_hers(
    people: Cast, browse: Browse, hers: Hers, who: str
) -> None:
    attacker = {"rex": people.rex, "nobody": None, "ada": people.ada}[who]
    before = await everything_of(people.ines.id)
    for (method, route), attack in sorted(ATTACKS.items()):
        client = await browse(attacker)
        for answer in await sent(client, attack, hers.ids):
            where = f"{who}: {method} {answer.request.url} {answer.status_code}"
            asked = str(answer.request.url) + str(answer.request.content)
            seen = {secret for secret in hers.secrets if secret in answer.text and secret not in asked}
            assert not seen, f"{where} shows {seen}"
            assert not any(
                secret in str(answer.headers) for secret in hers.secrets - set(hers.ids.values())
            ), where
            if (method, route) not in OWN_ROUTES:
                refused = answer.status_code in (403, 404, 422) or (
                    answer.is_redirect and answer.headers["location"].startswith("/portal/sign-in")
                )
                assert refused, where
    assert await everything_of(people.ines.id) == before
    await assert_books_balance()


async def test_her_own_browser_sees_all_of_it(people: Cast, browse: Browse, hers: Hers) -> None:
    client = await browse(people.ines)
    seen = ""
    for path in ("/portal", "/portal/card", "/portal/refer", "/portal/data", "/portal/data/export"):
        seen += (await client.get(path)).text
    seen += (await client.get("/portal/rewards/mine")).text
    seen += (await client.get(f"/portal/rewards/mine/{hers.ids['copy']}")).text
    missing = {secret for secret in hers.secrets if secret not in seen}
    assert missing <= {"2,480"}, "else the test above would look for what nobody can see"


async def test_a_code_is_hers_alone_in_every_form(people: Cast, browse: Browse, hers: Hers) -> None:
    code = await value("SELECT code FROM issued_rewards WHERE programme_id = 1")
    rex = await browse(people.rex)
    for path in ("", "/rewards", "/rewards/mine", "/activity", "/activity/balance", "/data/export"):
        page = (await rex.get(f"/portal{path}")).text
        assert code not in page
        assert format_code(code) not in page

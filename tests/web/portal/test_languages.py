"""English, German, and a pseudo-language from right to left that shows what no catalogue knows."""

import re

import pytest
from babel.messages.pofile import read_po

from db.engine import run
from db.enums import EarningTrigger, Platform
from loyalty import languages
from loyalty.languages.catalogues import HERE
from loyalty.members.inviting import friends
from loyalty.till.purchases import count
from tests import factories
from tests.cast import Cast
from tests.house.messages import collected
from tests.web.portal.conftest import Browse

OURS = (
    "web/errors.py",
    "web/csrf.py",
    "web/sanity.py",
    "loyalty/members/",
    "loyalty/referrals/links.py",
    "web/handlers/portal/data.py",
    "web/member_words.py",
    "web/preference_words.py",
    "web/templates/portal/activity/",
    "web/templates/portal/cards/",
    "web/templates/portal/data/",
    "web/templates/portal/front/",
    "web/templates/portal/invitations/",
    "web/templates/portal/preferences/",
    "web/templates/portal/referrals/",
    "web/templates/portal/rewards/",
    "web/templates/portal/sign_ins/",
    "web/templates/portal/surveys/",
    "web/templates/portal/unsubscribing/",
    "web/templates/portal/alone.html",
    "web/templates/portal/error.html",
    "web/templates/portal/layout.html",
    "web/templates/portal/shell.html",
)
"""What every catalogue must translate in full; a folder whose translation is finished joins."""
PLACEHOLDER = re.compile(r"%\(\w+\)s|</?b>")
CATALOGUES = sorted(HERE.glob("*.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_translates_every_text_with_its_placeholders(path: object) -> None:
    with open(str(path), "rb") as file:
        catalogue = read_po(file)
    for message in collected():
        if not message.id or not any(where.startswith(OURS) for where, _ in message.locations):
            continue
        kept = catalogue.get(message.id)
        assert kept is not None, f"run python -m tests.house.messages: {message.id}"
        assert not kept.fuzzy, message.id
        forms = kept.string if isinstance(kept.string, tuple) else (kept.string,)
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(forms), f"not translated: {message.id}"
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) in [set(PLACEHOLDER.findall(text)) for text in originals], (
                form
            )


def test_a_language_is_chosen_by_the_first_wish_we_have() -> None:
    assert languages.choose(None, "fr", "de-AT", "en").tag == "de"
    assert languages.choose("", "de_AT").tag == "de"
    assert languages.choose("xx").tag == "en"
    assert languages.accepted("de-AT;q=0.5, en;q=0.8, x;q=nonsense, *;q=0") == ("en", "de-AT")
    assert languages.accepted("," * 500) == ()


def test_plurals_and_values_stand_in_their_places() -> None:
    german = languages.language("de")
    assert german.gettext("You have %(amount)s", amount="5 %") == "Du hast 5 %"
    one, many = "You can redeem one reward today", "You can redeem %(n)s rewards today"
    assert german.ngettext(one, many, 1) == "Du kannst heute eine Prämie einlösen"
    assert german.ngettext(one, many, 3) == "Du kannst heute 3 Prämien einlösen"
    assert german.name == "Deutsch"


async def test_a_german_browser_reads_german_with_german_numbers_and_dates(
    people: Cast, browse: Browse
) -> None:
    await factories.give(people.ines, 2480)
    await run("UPDATE programmes SET locale = 'en_GB' WHERE programme_id = 1")
    client = await browse(people.ines)
    client.headers["Accept-Language"] = "de-AT,de;q=0.9,en;q=0.5"
    page = (await client.get("/portal")).text
    assert 'lang="de" dir="ltr"' in page
    assert "2.480 Punkte stehen dir zur Verfügung." in page
    activity = (await client.get("/portal/activity")).text
    assert "Manuelle Anpassung" in activity


async def test_an_order_is_named_once_and_in_the_members_language(people: Cast, browse: Browse) -> None:
    await factories.earning_rule(1, EarningTrigger.ORDER, 1, per_minor=100)
    counter = await factories.store(1, "counter", platform=Platform.POS)
    await count(1, people.ines.uid, 1_250, "4711", store_uid=counter.uid, by=people.theo, key="k")
    client = await browse(people.ines)
    client.headers["Accept-Language"] = "de"
    activity = (await client.get("/portal/activity")).text
    assert activity.count("4711") == 1
    assert 'Bestellung <span class="subject">4711</span>' in activity


async def test_a_page_that_is_not_there_says_so_in_german(people: Cast, browse: Browse) -> None:
    client = await browse(people.ines)
    client.headers["Accept-Language"] = "de"
    page = (await client.get("/portal/nothing")).text
    assert "Hier ist nichts" in page
    assert "Vielleicht ist die Adresse vertippt" in page
    refused = await client.post("/portal/data/language", data={"language": "de"})
    assert (refused.status_code, "Dieses Formular ist zu alt" in refused.text) == (403, True)


async def test_every_text_of_ours_goes_through_a_catalogue(people: Cast, browse: Browse) -> None:
    """What the pseudo-language doesn't mark was written past the catalogues."""
    await factories.give(people.ines, 600)
    await factories.reward(1, "REWARD", price=500)
    await factories.referral_policy(1)
    client = await browse(people.ines)
    client.headers["Accept-Language"] = "ar-XB"
    for path in (
        "",
        "/card",
        "/rewards",
        "/rewards/mine",
        "/activity",
        "/activity/balance",
        "/refer",
        "/data",
        "/preferences",
        "/preferences/known",
    ):
        page = (await client.get(f"/portal{path}")).text
        body = re.sub(r"⟦[^⟦⟧]*(?:⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧", "", page.partition("<body>")[2])
        text = re.sub(r"<(script|svg|option)[\s\S]*?</\1>", "", body)
        words = re.findall(r"[A-Za-z]{4,}", re.sub(r"<[^>]*>", " ", text))
        theirs = {"Bloom", "Ines", "Okafor", "REWARD", "Pseudo", "INES", "http", "shop", "example", "ines"}
        months = {"January", "February", "March", "April", "June", "July", "August"}
        months |= {"September", "October", "November", "December"}
        unmarked = {word for word in words if word not in theirs | months and not word.startswith("INES")}
        assert unmarked <= {"browser", "that", "doesn", "name"}, (path, unmarked)
    assert (await friends(1, people.ines.id)).rows == ()

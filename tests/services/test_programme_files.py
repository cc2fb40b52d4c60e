"""A programme is what its file says, however often it is applied."""

from pathlib import Path

import pytest

from db.engine import Database, run, value
from loyalty import programmes
from loyalty.errors import Invalid
from loyalty.ledger.verifying import verify
from loyalty.programme_files import apply, read, show
from loyalty.rules.actors import SYSTEM

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
SMALL = """handle = "shop"
name = "Shop"
time_zone = "Europe/Berlin"
currency = "EUR"
"""
RULE = '[[earning]]\nname = "Points"\npoints = 1\nper_minor = 100\n'
TIERS = '[[tiers]]\nname = "One"\nthreshold = 10\n[[tiers]]\nname = "Two"\nthreshold = 20\n'
REWARD = '[[rewards]]\nname = "Tea"\nkind = "custom"\npoints_price = 10\nstock = 5\n'


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
async def test_an_example_applies_and_applying_it_again_changes_nothing(db: Database, path: Path) -> None:
    file = read(path.read_text())
    first = await apply(file, by=SYSTEM)
    again = await apply(file, by=SYSTEM)
    assert first.created
    assert again.changes == ()
    assert await value("SELECT count(*) FROM actions WHERE programme_id = {}", first.programme_id) == 1
    assert await verify() == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
async def test_what_is_shown_applies_to_the_same(db: Database, path: Path) -> None:
    made = await apply(read(path.read_text()), by=SYSTEM)
    text = await show(made.programme_id)
    assert (await apply(read(text), by=SYSTEM)).changes == ()
    assert await show(made.programme_id) == text


async def test_a_changed_rule_is_a_new_version_and_the_old_one_stays(db: Database) -> None:
    made = await apply(read(SMALL + RULE), by=SYSTEM)
    changed = await apply(read(SMALL + RULE.replace("points = 1", "points = 2")), by=SYSTEM)
    assert changed.changes == ("earning “Points”: a new version from now on",)
    versions = "SELECT count(*) FROM earning_rule_versions WHERE programme_id = {}"
    assert await value(versions, made.programme_id) == 2


async def test_a_rule_that_is_gone_from_the_file_is_archived(db: Database) -> None:
    made = await apply(read(SMALL + RULE), by=SYSTEM)
    assert (await apply(read(SMALL), by=SYSTEM)).changes == ("earning “Points”: archived",)
    assert "earning" not in await show(made.programme_id)


async def test_tiers_can_swap_their_places(db: Database) -> None:
    await apply(read(SMALL + TIERS), by=SYSTEM)
    swapped = TIERS.replace("One", "Six").replace("Two", "One").replace("Six", "Two")
    changed = await apply(read(SMALL + swapped), by=SYSTEM)
    assert changed.changes == ("tier “Two”: changed", "tier “One”: changed")


async def test_what_is_left_in_stock_is_not_reset(db: Database) -> None:
    made = await apply(read(SMALL + REWARD), by=SYSTEM)
    await run("UPDATE rewards SET stock = 2 WHERE programme_id = {}", made.programme_id)
    assert (await apply(read(SMALL + REWARD), by=SYSTEM)).changes == ()
    assert await value("SELECT stock FROM rewards WHERE programme_id = {}", made.programme_id) == 2


async def test_a_new_secret_keeps_the_old_one_for_the_rotation(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        SMALL
        + '[[stores]]\nhandle = "web"\nname = "Web"\nplatform = "shopify"\nwebhook_secret_env = "SHOP_SECRET"\n'
    )
    monkeypatch.setenv("SHOP_SECRET", "first")
    made = await apply(read(text), by=SYSTEM)
    monkeypatch.setenv("SHOP_SECRET", "second")
    assert (await apply(read(text), by=SYSTEM)).changes == ("store “web”: a new webhook secret",)
    secrets = "SELECT previous_webhook_secret || '>' || webhook_secret FROM stores WHERE programme_id = {}"
    assert await value(secrets, made.programme_id) == "first>second"
    monkeypatch.delenv("SHOP_SECRET")
    silent = await apply(read(text), by=SYSTEM)
    assert silent.changes == ()
    assert "SHOP_SECRET isn't set" in silent.notes[0]


async def test_the_second_programme_of_a_database_gets_its_own_number(db: Database) -> None:
    one = await apply(read(SMALL), by=SYSTEM)
    two = await apply(read(SMALL.replace("shop", "nook")), by=SYSTEM)
    assert (one.programme_id, two.programme_id) == (1, 2)
    assert (await programmes.find("nook")).id == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("handle = ", "This isn't TOML"),
        (SMALL + "colour = 1\n", "there is no key “colour”"),
        ('name = "x"\n', "“handle” is missing"),
        (SMALL + 'hold_days = "two"\n', "hold_days: must be a valid integer"),
        (SMALL.replace("Europe/Berlin", "Europe/Atlantis"), "“Europe/Atlantis” isn't a time zone"),
        (SMALL.replace("EUR", "EURO"), "currency: “EURO”"),
        (SMALL + 'locale = "xx_YY"\n', "locale: “xx_YY”"),
        (SMALL + 'unit = "stamps"\n', "stamp_card_size"),
        (SMALL + 'unit = "miles"\n', "unit: must be 'points' or 'stamps'"),
        (SMALL + TIERS.replace("20", "5"), "tiers, threshold: Two must need more than One."),
        (SMALL + TIERS.replace("Two", "One"), "“One” occurs twice"),
        (SMALL + TIERS + "rank = 3\n", "tiers “Two”: there is no key “rank”"),
        (SMALL + RULE + "bonus = 3\n", "earning “Points”, bonus"),
        (SMALL + RULE + 'stores = ["moon"]\n', "earning “Points”, stores: there is no “moon” in this file."),
        (SMALL + RULE.replace("points = 1", 'points = "1"'), "earning “Points”, points"),
        (SMALL + REWARD.replace("custom", "percent_off"), "rewards “Tea”, percent"),
        (SMALL + '[referrals]\nfriend_reward = "Tea"\n', "referrals, friend_reward: there is no “Tea”"),
    ],
)
def test_a_bad_file_is_refused_with_one_sentence_that_names_the_key(text: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_rewards_and_rules_for_segments_go_by_their_names_there_and_back(db: Database) -> None:
    segments = 'segments = ["VIPs", "Champion"]\n'
    text = SMALL + RULE + segments + REWARD.replace("stock = 5\n", segments)
    made = await apply(read(text), by=SYSTEM)
    shown = await show(made.programme_id)
    assert shown.count('segments = [\n    "VIPs",\n    "Champion",\n]') == 2
    assert (await apply(read(shown), by=SYSTEM)).changes == ()
    wider = await apply(read(text.replace(segments, "", 1)), by=SYSTEM)
    assert wider.changes == ("earning “Points”: a new version from now on",)
    for wrong, sentence in (
        ('["Nobody"]', "“Nobody” in this programme"),
        ('"VIPs"', "list of names"),
        ("[3]", "list of names"),
    ):
        with pytest.raises(Invalid, match=sentence):
            await apply(read(SMALL + RULE + f"segments = {wrong}\n"), by=SYSTEM)

"""The balance proof is silent about a clean ledger and names every planted violation."""

import pytest

from db.engine import atomic, run, watched
from loyalty.ledger.invariants import ALL, READINGS
from loyalty.ledger.verifying import MOST_NAMED, verify
from tests import (
    campaigning,
    factories,
    ledger_story,
    merging_plants,
    plants,
    preferring,
    segment_plants,
    trust_plants,
)
from tests.cast import Cast, is_broken
from tests.ledger_story import Story
from tests.loosening import loosen

PLANTED = [
    *plants.PLANTS,
    *trust_plants.PLANTS,
    *preferring.PLANTS,
    *merging_plants.PLANTS,
    *segment_plants.PLANTS,
    *campaigning.PLANTS,
]


class TakenBack(Exception):
    """Ends a transaction without keeping anything of it."""


@pytest.fixture
async def story(cast: Cast) -> Story:
    return await ledger_story.play(cast)


async def test_a_ledger_in_which_everything_happened_once_is_clean(story: Story) -> None:
    assert await verify() == []


async def test_an_empty_database_is_clean(cast: Cast) -> None:
    assert await verify() == []


def test_every_invariant_has_a_planted_violation() -> None:
    assert sorted(plant.breaks for plant in PLANTED) == sorted(invariant.name for invariant in ALL)


async def test_a_planted_violation_is_named(story: Story, subtests: pytest.Subtests) -> None:
    """Each in a transaction of its own, which is taken back; so the story is played once for all."""
    for plant in PLANTED:
        with subtests.test(plant.breaks), pytest.raises(TakenBack):
            async with atomic():
                await loosen(*plant.tables)
                for statement in plant.statements:
                    await run(statement.format(**_ids(story)))
                found = {finding.name for finding in await verify()}
                assert plant.breaks in found
                assert found - {plant.breaks} == plant.also
                assert await is_broken(story.cast.programme_id)
                raise TakenBack


async def test_only_the_programme_asked_for_is_checked(story: Story) -> None:
    with pytest.raises(TakenBack):
        async with atomic():
            await loosen("accounts")
            await run("UPDATE accounts SET balance = 7 WHERE programme_id = {}", story.cast.programme_id)
            assert await verify(story.cast.other_programme_id) == []
            assert await verify(story.cast.programme_id) != []
            raise TakenBack


async def test_a_finding_counts_all_offenders_and_names_the_first_twenty_without_personal_data(
    cast: Cast,
) -> None:
    people = [await factories.customer(cast.programme_id, f"Person{n} X") for n in range(MOST_NAMED + 5)]
    with pytest.raises(TakenBack):
        async with atomic():
            await loosen("accounts")
            await run(
                "UPDATE accounts SET qualifying = 1 WHERE programme_id = {} AND customer_id >= {}",
                cast.programme_id,
                people[0].id,
            )
            (finding,) = await verify(cast.programme_id)
            assert finding.count == MOST_NAMED + 5
            assert len(finding.offenders) == MOST_NAMED
            assert not any("@" in offender or "Person" in offender for offender in finding.offenders)
            raise TakenBack


async def test_every_statement_names_the_programme(story: Story) -> None:
    with watched() as seen:
        await verify(story.cast.programme_id)
    assert len(seen) >= len(READINGS)
    assert all("programme_id" in sql for sql in seen if sql.startswith("SELECT"))


def _ids(story: Story) -> dict[str, int]:
    cast = story.cast
    return {
        "p": cast.programme_id,
        "ines": cast.ines.id,
        "rex": cast.rex.id,
        "olu": cast.olu.id,
        "uma": story.uma.id,
        "vic": story.vic.id,
        "order": story.order.id,
        "coupon": story.coupon,
        "silver": story.silver.id,
    }

"""Settings of the programme and its logo. PRODUCT O6."""

from dataclasses import replace

import pytest

from db.enums import ObjectiveMetric, Unit
from loyalty import brand, programme_files, programmes
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotFound, Stale
from loyalty.programme_details import logos
from loyalty.programme_details.editing import Edited, edit, editable
from loyalty.rules import images
from loyalty.undo import undo
from tests import factories
from tests.cast import Cast
from tests.rules.test_images import png


async def change(cast: Cast, key: str = "k", **wanted: object) -> Edited:
    now = await editable(1)
    return await edit(1, replace(now.details, **wanted), seen=now.seen, by=cast.mara, key=key)


async def test_settings_are_changed_in_one_action_and_put_back(cast: Cast) -> None:
    done = await change(
        cast, name="Bloom & Co", brand_colour="#1F6F54", locale="de-AT", point_value_micros=5_000
    )
    programme = await programmes.get(1)
    assert (programme.name, programme.brand_colour, programme.locale) == ("Bloom & Co", "#1f6f54", "de_AT")
    assert done.action is not None
    await undo(1, done.action.uid, by=cast.mara)
    assert (await programmes.get(1)).name == "Bloom"


async def test_saving_what_is_there_already_records_nothing(cast: Cast) -> None:
    assert (await change(cast)).action is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("time_zone", "Mars/Olympus"),
        ("currency", "XYZ"),
        ("locale", "zz_ZZ"),
        ("brand_colour", "red"),
        ("objective", "x" * 501),
        ("unit_one", "y" * 41),
    ],
)
async def test_what_cant_be_is_refused_by_field(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        await change(cast, **{field: value})
    assert refused.value.field == field


async def test_currency_and_unit_are_fixed_once_they_mean_something(cast: Cast) -> None:
    await change(cast, "free", currency="CHF", unit=Unit.STAMPS)
    assert (await programmes.get(1)).stamp_card_size == 10
    await change(cast, "back", currency="EUR", unit=Unit.POINTS)
    assert (await programmes.get(1)).stamp_card_size is None
    await factories.order(cast.ines, cast.web.id, 1_000)
    await factories.give(cast.ines, 10)
    with pytest.raises(Invalid, match="orders in EUR"):
        await change(cast, "c", currency="USD")
    with pytest.raises(Invalid, match="can't be exchanged"):
        await change(cast, "u", unit=Unit.STAMPS)


async def test_two_people_dont_overwrite_each_other(cast: Cast) -> None:
    now = await editable(1)
    mine = replace(now.details, name="Mine")
    await change(cast, "theirs", name="Theirs")
    with pytest.raises(Stale):
        await edit(1, mine, seen=now.seen, by=cast.mara, key="m")
    with pytest.raises(KeyReused):
        await edit(1, mine, seen=now.seen, by=cast.mara, key="theirs")


async def test_a_logo_is_served_by_its_hash_and_an_earlier_one_comes_back(cast: Cast) -> None:
    first = await logos.upload(1, png(20, 20), by=cast.mara)
    with pytest.raises(AlreadyDone):
        await logos.upload(1, png(20, 20), by=cast.mara)
    before = brand.logo_path(await programmes.get(1))
    second = await logos.upload(1, png(24, 24), by=cast.mara)
    programme = await programmes.get(1)
    path = brand.logo_path(programme)
    assert path is not None
    assert path != before
    served = await brand.logo(programme.uid, path.rpartition("/")[2])
    assert (served.media, images.read(served.body).width) == ("image/png", 24)
    with pytest.raises(NotFound):
        await brand.logo("programme-nook", path.rpartition("/")[2])
    with pytest.raises(Stale):
        await undo(1, first.uid, by=cast.mara)
    await undo(1, second.uid, by=cast.mara)
    assert brand.logo_path(await programmes.get(1)) == before
    await logos.remove(1, by=cast.mara)
    assert brand.logo_path(await programmes.get(1)) is None
    with pytest.raises(AlreadyDone):
        await logos.remove(1, by=cast.mara)


async def test_the_programme_file_keeps_the_metric_and_leaves_the_logo(cast: Cast) -> None:
    await logos.upload(1, png(), by=cast.mara)
    await change(cast, objective="Fill Tuesdays", objective_metric=ObjectiveMetric.JOINED)
    text = await programme_files.show(1)
    assert 'objective_metric = "joined"' in text
    assert (await programme_files.apply(programme_files.read(text), by=cast.mara)).changes == ()
    assert (await programmes.get(1)).logo_digest is not None

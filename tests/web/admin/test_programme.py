"""Settings → Programme: name, place, money, brand, objective, logo. PRODUCT O6."""

import re

import httpx

from loyalty import programmes, sessions
from loyalty.rules.images import LARGEST_BYTES
from tests import factories
from tests.cast import Cast
from tests.rules.test_images import png
from tests.web.admin.conftest import SignIn
from tests.web.admin.test_tiers import typed
from tests.web.browsers import OWN_SITE
from tests.web.desk import Desk, toast
from web import csrf

HERE, LOGO = "/admin/programme", "/admin/programme/logo"


async def sent(desk: Desk, **changed: str) -> dict[str, str]:
    return typed((await desk.get(HERE)).text) | changed


async def upload(desk: Desk, raw: bytes) -> httpx.Response:
    signed = await sessions.authenticate(desk.token)
    assert signed is not None
    return await desk.client.post(
        LOGO,
        data={"csrf": csrf.token(signed.csrf_secret)},
        files={"logo": ("logo.png", raw)},
        headers=OWN_SITE,
    )


async def test_settings_are_saved_and_said(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    answer = await desk.post(
        HERE, **await sent(desk, name="Bloom & Co", point_value="0.005", brand_colour="#ffd400", joins="on")
    )
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    programme = await programmes.get(1)
    assert (programme.name, programme.point_value_micros) == ("Bloom & Co", 5_000)
    assert programme.platform_customers_join
    page = (await desk.get(HERE)).text
    for text in ('value="0.005"', "Bloom &amp; Co", "Near-black text on it", "have been changed"):
        assert text in page


async def test_htmx_gets_a_toast_with_undo(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    answer = await desk.post(HERE, htmx=True, at=HERE, **await sent(desk, name="Blossom"))
    assert toast(answer)["sentence"] == "The settings of Blossom have been changed"
    assert toast(answer)["undo"]


async def test_bad_settings_are_422_name_the_field_and_keep_the_words(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    bad = {
        "name": "",
        "time_zone": "Nowhere/Here",
        "currency": "12",
        "locale": "??",
        "brand_colour": "blue",
        "point_value": "a lot",
        "unit": "miles",
    }
    for field, value in bad.items():
        answer = await desk.post(HERE, **await sent(desk, **{field: value, "objective": "Kept words"}))
        assert answer.status_code == 422, field
        assert f'href="#{field}"' in answer.text, field
        assert "Kept words" in answer.text


async def test_a_stale_edit_is_409_and_saving_again_keeps_mine(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    mine = await sent(desk, name="Mine")
    await desk.post(HERE, **await sent(desk, name="Theirs"))
    answer = await desk.post(HERE, **mine)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert (await programmes.get(1)).name == "Theirs"
    again = typed(answer.text)
    assert (await desk.post(HERE, **again)).status_code == 303
    assert (await programmes.get(1)).name == "Mine"


async def test_what_is_fixed_is_shown_and_not_asked_for(cast: Cast, desk_of: SignIn) -> None:
    await factories.order(cast.ines, cast.web.id, 1_000)
    await factories.give(cast.ines, 10)
    desk = await desk_of(cast.mara)
    page = (await desk.get(HERE)).text
    assert "There are orders already, so it can’t change any more." in page
    answer = await desk.post(HERE, **await sent(desk, currency="USD"))
    assert answer.status_code == 422
    assert "the currency can&#39;t change any more" in answer.text


async def test_a_colour_is_judged_while_it_is_chosen(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    good = (await desk.get(f"{HERE}/colour", htmx=True, brand_colour="#1f6f54")).text
    assert "<html" not in good
    assert "Good to read" in good
    assert 'fill="#1f6f54"' in good
    hard = (await desk.get(f"{HERE}/colour", htmx=True, brand_colour="#7c7c7c")).text
    assert "Hard to read" in hard
    assert (await desk.get(f"{HERE}/colour", htmx=True, brand_colour="url(x)")).status_code == 422


async def test_a_logo_is_uploaded_shown_everywhere_and_removed(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    assert (await upload(desk, png(64, 64))).status_code == 303
    page = (await desk.get("/admin/customers")).text
    path = re.search(r'src="(/brand/[^"]+)"', page)
    assert path is not None
    picture = await desk.client.get(path[1])
    assert picture.content == png(64, 64)
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "immutable" in picture.headers["cache-control"]
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert (await desk.client.get(path[1][:-1])).status_code == 404
    assert (await desk.post(f"{LOGO}/removal")).status_code == 303
    assert "/brand/" not in (await desk.get("/admin/customers")).text


async def test_what_is_no_picture_is_refused_in_words(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    for raw, says in ((b"", "Choose a picture"), (b"<svg/>", "PNG, JPEG or WebP")):
        answer = await upload(desk, raw)
        assert answer.status_code == 422
        assert says in answer.text
    assert (await upload(desk, b"\0" * (LARGEST_BYTES + 100_000))).status_code == 413
    assert (await desk.post(LOGO, logo="no file")).status_code == 422


async def test_other_roles_are_403_and_others_logos_unknown(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    assert (await theo.get(HERE)).status_code == 403
    assert (await theo.post(HERE, name="Mine")).status_code == 403
    assert (await theo.post(f"{LOGO}/removal")).status_code == 403
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.post(f"{LOGO}/removal")).status_code == 409
    assert "Bloom" not in (await nils.get(HERE)).text

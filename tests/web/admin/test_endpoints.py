"""Settings → Text messages: where they go, its secret, a test. PRODUCT N2."""

from db.enums import StaffRole
from loyalty.jobs.worker import Worker
from tests import factories
from tests.cast import Cast
from tests.taking import Taker, taker
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast

__all__ = ["taker"]

HERE = "/admin/endpoint"


async def test_an_owner_sets_an_endpoint_and_sees_what_became_of_a_test(
    cast: Cast, desk_of: SignIn, taker: Taker
) -> None:
    mara = await desk_of(cast.mara)
    assert "Nothing was handed over yet" in (await mara.get(HERE)).text
    wrong = await mara.post(HERE, url="ftp://texts.example")
    assert (wrong.status_code, "ftp://texts.example" in wrong.text) == (422, True)
    made = await mara.post(HERE, url=taker.url)
    assert (made.status_code, made.headers["cache-control"], "whsec_" in made.text) == (200, "no-store", True)
    assert "whsec_" not in (await mara.get(HERE)).text
    told = await mara.post(f"{HERE}/test-calls", htmx=True)
    assert toast(told)["sentence"] == "A test is on its way"
    await Worker().step()
    page = (await mara.get(HERE)).text
    for word in ("A test", "Handed over", taker.url.split("?")[0]):
        assert word in page
    assert "whsec_" in (await mara.post(f"{HERE}/secrets")).text
    gone = await mara.post(f"{HERE}/removal")
    assert (gone.status_code, gone.headers["location"]) == (303, HERE)


async def test_others_neither_see_nor_set_it(cast: Cast, desk_of: SignIn) -> None:
    manager = await desk_of(await factories.staff(1, "Max", StaffRole.MANAGER))
    assert (await manager.get(HERE)).status_code == 403
    assert (await manager.post(HERE, url="https://texts.example/in")).status_code == 403

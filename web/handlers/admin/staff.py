"""Settings → Staff: who works here, and who may do what. PRODUCT O1."""

from litestar import get

from loyalty import staff
from web import abilities
from web.auth import SignedDep
from web.templating import Page, page


@get("/staff", name="staff.index", opt={"action": "staff.read"})
async def list_staff(signed: SignedDep) -> Page:
    people = await staff.listing(signed.programme_id)
    return page("admin/staff/index.html#people", people=people, abilities=abilities, table=abilities.table())

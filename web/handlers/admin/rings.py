"""The fraud desk: referrals that share signals, seen together. PRODUCT G4."""

from litestar import get

from loyalty.rings import finding
from web.auth import SignedDep
from web.templating import Page, page


@get("/referrals/rings", name="rings.index", opt={"action": "referrals.clear"})
async def list_rings(signed: SignedDep) -> Page:
    found = await finding.listing(signed.programme_id)
    return page("admin/rings/index.html#rows", found=found)

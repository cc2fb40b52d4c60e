"""Opening day: the programme file is applied, and two people come to work."""

from importlib.resources import files

from db.engine import rows
from db.enums import StaffRole
from loyalty import clock, programme_files, staff
from loyalty.demo.shop import ARTICLES
from loyalty.demo.stage import Stage
from loyalty.products import receiving as products
from loyalty.programme_details import logos
from loyalty.rewards import catalogue
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.tiers.schemes import scheme

MARA = ("mara@juniperrye.example", "Mara", StaffRole.OWNER)
THEO = ("theo@juniperrye.example", "Theo", StaffRole.SERVICE)


async def opened() -> Stage:
    """The shop as it is on its first morning."""
    text = files("loyalty.demo").joinpath("programme.toml").read_text(encoding="utf-8")
    programme_id = (await programme_files.apply(programme_files.read(text), by=SYSTEM)).programme_id
    mara = await _hired(programme_id, *MARA, by=SYSTEM)
    logo = files("loyalty.demo").joinpath("logo.png").read_bytes()
    await logos.upload(programme_id, logo, by=mara)
    stores = await rows("SELECT handle, id FROM stores WHERE programme_id = {}", programme_id)
    by_handle = {row["handle"]: row["id"] for row in stores}
    for article in ARTICLES:
        await products.receive(programme_id, by_handle["web"], article.told(clock.now()))
    return Stage(
        programme_id=programme_id,
        web=by_handle["web"],
        counter=by_handle["counter"],
        mara=mara,
        theo=await _hired(programme_id, *THEO, by=mara),
        rewards={reward.about.name: reward for reward in await catalogue.listed(programme_id)},
        tiers={record.level.name: record.uid for record in (await scheme(programme_id)).tiers},
    )


async def _hired(programme_id: int, email: str, name: str, role: StaffRole, *, by: Actor) -> Actor:
    """Invited, and in by the invitation's link: nobody here has a password."""
    added = await staff.add(programme_id, email, role, name=name, by=by)
    if added.link_token:
        await staff.by_link(added.link_token)
    return added.account.actor

"""Customers: the list and one person's page. PRODUCT B1, B3, B5."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from loyalty.activities import history as activities
from loyalty.activities.filters import PointsFilter
from loyalty.activities.referrals.customer import of_customer as referrals_of
from loyalty.campaigns import promises
from loyalty.customers import export, listing, profile
from loyalty.customers.filters import CustomerFilter
from loyalty.history import reading as history_reading
from loyalty.mail import listing as mail_listing
from loyalty.multipliers import listing as multipliers_listing
from loyalty.notes import listing as notes_listing
from loyalty.orders import history as orders_history
from loyalty.preferences import told
from loyalty.reviews import listing as reviews_listing
from loyalty.rewards.holdings import holdings
from loyalty.segments import standing
from loyalty.settings import settings
from loyalty.surveys import taken
from loyalty.views import listing as views_listing
from web.answers import asked_from
from web.auth import SignedDep, Visit
from web.forms.batches import selection
from web.forms.notes import NoteForm
from web.htmx import is_partial
from web.templating import Page, page

CSV_HEADERS = {"Content-Disposition": 'attachment; filename="customers.csv"', "Cache-Control": "no-store"}

Query = Mapping[str, str]


@get("/customers", name="customers.index", opt={"action": "customers.read"})
async def list_customers(request: Request[Visit, Any, Any], signed: SignedDep) -> Response[Any]:
    query = request.query_params
    wanted = CustomerFilter.parse(query)
    if not request.url.query and asked_from(request).partition("?")[0] != request.url.path:
        opens = await views_listing.first(signed.programme_id, request.user.staff.id)
        if opens:
            return Redirect(f"{request.url.path}?{opens}", status_code=303)
    views = await views_listing.views(signed.programme_id, request.user.staff.id)
    found = await listing.listing(signed.programme_id, wanted, query.get("at"))
    return page("admin/customers/index.html#export+tabs+chips+rows", wanted=wanted, found=found, views=views)


@get("/customers.csv", name="customers.csv", opt={"action": "customers.export"})
async def export_customers(request: Request[Visit, Any, Any], signed: SignedDep) -> Stream:
    wanted = CustomerFilter.parse(request.query_params)
    rows = await export.csv(signed.programme_id, wanted, by=request.user.staff.actor)
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)


@get("/customers/selection.csv", name="customers.selection", opt={"action": "customers.export"})
async def export_selection(request: Request[Visit, Any, Any], signed: SignedDep) -> Stream:
    chosen, by = selection(request.query_params), request.user.staff.actor
    whole = chosen.everybody or CustomerFilter()
    picked = chosen.uids if chosen.everybody is None else None
    rows = await export.csv(signed.programme_id, whole, by=by, uids=picked)
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)


@get("/customers/{uid:str}", name="customers.show", opt={"action": "customers.read"})
async def show_customer(request: Request[Any, Any, Any], uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    tab = next((name for name in TABS if name == query.get("tab")), "activity")
    if is_partial(request):
        heading = await profile.heading(signed.programme_id, uid)
        records = await TABS[tab](signed.programme_id, uid, query)
        return page("admin/customers/show.html#records", who=heading, tab=tab, **records)
    who = await profile.profile(signed.programme_id, uid)
    records = await TABS[tab](signed.programme_id, uid, query)
    return page(
        "admin/customers/show.html",
        who=who,
        tab=tab,
        **records,
        **await beside(signed.programme_id, who.id, query),
    )


async def beside(programme_id: int, customer_id: int, query: Query) -> dict[str, Any]:
    """The cards beside the tabs."""
    return {
        "told": await told.card(programme_id, customer_id),
        "parts": await taken.of_customer(programme_id, customer_id),
        "standing": await standing.standing(programme_id, customer_id),
        "notes": await notes_listing.notes(programme_id, customer_id, query.get("notes")),
        "note_form": NoteForm(),
        "multipliers": await multipliers_listing.of_customer(programme_id, customer_id),
        "promises": await promises.given(programme_id, customer_id),
    }


async def activity(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    wanted = PointsFilter.parse(query)
    return {
        "kind": wanted.kind,
        "entries": await activities.activity(programme_id, uid, wanted.kind, query.get("at")),
    }


async def orders(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    return {"orders": await orders_history.orders(programme_id, uid, query.get("at"))}


async def lots(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    return {"lots": await profile.lots(programme_id, uid)}


async def history(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    return {"history": await history_reading.history(programme_id, uid, query.get("at"))}


async def referrals(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    found = await referrals_of(programme_id, uid, query.get("at"))
    return {"referrals": found, "link": f"{settings().base_url}/r/{found.code}"}


async def reviews(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    return {"reviews": await reviews_listing.of_customer(programme_id, uid)}


async def messages(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    return {"messages": await mail_listing.messages(programme_id, uid, query.get("at"))}


async def rewards(programme_id: int, uid: str, query: Query) -> dict[str, Any]:
    return {"held": await holdings(programme_id, uid)}


TABS: dict[str, Callable[[int, str, Query], Awaitable[dict[str, Any]]]] = {
    "activity": activity,
    "rewards": rewards,
    "orders": orders,
    "lots": lots,
    "referrals": referrals,
    "reviews": reviews,
    "messages": messages,
    "history": history,
}

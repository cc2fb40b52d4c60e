"""Services that answer from tests.web.shop: pages are tested against their questions, without a database."""

import importlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import ModuleType, SimpleNamespace
from typing import Any

from db.enums import ContactChannel, SessionKind, StaffRole
from loyalty.activities.filters import PointsFilter
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.views import Tally
from loyalty.errors import NotFound
from loyalty.preferences.told import Told
from loyalty.sessions import Flash, Signed, StaffView
from tests.web import shop, standings

MARA, THEO, REX = "mara-token", "theo-token", "rex-token"


MARAS_ACCOUNT = SimpleNamespace(id=1, programme_id=1, two_step=False)


@dataclass
class Shop:
    """What the fakes know and what they were asked."""

    visits: dict[str, Signed] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    customers: Any = shop.CUSTOMERS
    saved: tuple[Any, ...] = ()
    points: Any = shop.POINTS
    broken: Exception | None = None

    async def authenticate(self, token: str) -> Signed | None:
        return self.visits.get(token)

    async def start(self, *args: Any, **kwargs: Any) -> str:
        self.asked.append(("start", args, kwargs))
        return MARA

    async def end(self, token: str) -> None:
        self.visits.pop(token, None)

    async def take_flash(self, token: str) -> tuple[Flash, ...]:
        waiting, self.visits[token] = self.visits[token].flash, replace(self.visits[token], flash=())
        return waiting

    async def by_password(self, email: str, password: str, *, ip: str) -> Any:
        if self.broken:
            raise self.broken
        return MARAS_ACCOUNT if (email, password) == ("mara@example.com", "correct horse") else None

    async def by_link(self, token: str) -> Any:
        return MARAS_ACCOUNT if token == "once" else None

    async def demo_sign_in_link(self, programme_id: int) -> str:
        return "http://shop.example/admin/sign-in/link/once"

    async def programme(self, programme_id: int = 1) -> Any:
        return shop.PROGRAMME

    async def waiting(self, programme_id: int) -> dict[str, Tally]:
        return {"reviews": Tally(4), "referrals": Tally(0), "approvals": Tally(0)}

    async def promises(self, programme_id: int, customer_id: int) -> Any:
        return ()

    async def multipliers(self, programme_id: int, customer_id: int) -> Any:
        return ()

    async def listing(self, programme_id: int, wanted: CustomerFilter, cursor: str | None) -> Any:
        self.asked.append((programme_id, wanted, cursor))
        if self.broken:
            raise self.broken
        return self.customers

    async def views(self, programme_id: int, staff_id: int) -> Any:
        return self.saved

    async def first_view(self, programme_id: int, staff_id: int) -> str | None:
        return None

    async def profile(self, programme_id: int, uid: str) -> Any:
        found = {who.uid: who for who in (shop.INES, shop.OLU)}.get(uid)
        if found is None:
            raise NotFound("There is no such customer.")
        return found

    async def standing(self, programme_id: int, customer_id: int) -> Any:
        return standings.STANDING if customer_id == shop.INES.id else standings.NOWHERE

    async def activity(self, programme_id: int, uid: str, kind: Any, cursor: str | None) -> Any:
        return shop.ACTIVITY if uid == shop.INES.uid else shop.NO_ACTIVITY

    async def orders(self, programme_id: int, uid: str, cursor: str | None) -> Any:
        return shop.ORDERS

    async def lots(self, programme_id: int, uid: str) -> Any:
        return shop.LOTS

    async def notes(self, programme_id: int, customer_id: int, cursor: str | None) -> Any:
        return shop.NOTES if customer_id == shop.INES.id else shop.NO_NOTES

    async def parts(self, programme_id: int, customer_id: int) -> Any:
        return ()

    async def told(self, programme_id: int, customer_id: int) -> Any:
        return Told((), dict.fromkeys(ContactChannel), None, None)

    async def history(self, programme_id: int, uid: str, cursor: str | None) -> Any:
        return shop.HISTORY

    async def points_list(self, programme_id: int, wanted: PointsFilter, cursor: str | None) -> Any:
        self.asked.append((programme_id, wanted, cursor))
        return self.points

    async def csv(self, programme_id: int, wanted: PointsFilter) -> AsyncIterator[str]:
        yield "when,e-mail,points\r\n"
        yield "2026-09-20,ines@example.com,250\r\n"


def module(name: str) -> ModuleType:
    """The service module, or an empty one in its place while nobody has written it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        parent, _, child = name.rpartition(".")
        sys.modules[name] = ModuleType(name)
        setattr(importlib.import_module(parent), child, sys.modules[name])
        return sys.modules[name]


for each in ("loyalty.customers.listing", "loyalty.customers.profile", "loyalty.activities.points"):
    module(each)


def answers(fake: Shop) -> dict[tuple[str, str], Any]:
    """Which question of which module each fake stands in for."""
    return {
        ("loyalty.sessions", "authenticate"): fake.authenticate,
        ("loyalty.sessions", "start"): fake.start,
        ("loyalty.sessions", "end"): fake.end,
        ("loyalty.sessions", "take_flash"): fake.take_flash,
        ("loyalty.staff", "by_password"): fake.by_password,
        ("loyalty.staff", "by_link"): fake.by_link,
        ("loyalty.staff", "demo_sign_in_link"): fake.demo_sign_in_link,
        ("loyalty.programmes", "get"): fake.programme,
        ("web.auth", "waiting"): fake.waiting,
        ("loyalty.programmes", "find"): fake.programme,
        ("loyalty.customers.listing", "listing"): fake.listing,
        ("loyalty.views.listing", "views"): fake.views,
        ("loyalty.views.listing", "first"): fake.first_view,
        ("loyalty.customers.profile", "profile"): fake.profile,
        ("loyalty.customers.profile", "heading"): fake.profile,
        ("loyalty.activities.history", "activity"): fake.activity,
        ("loyalty.orders.history", "orders"): fake.orders,
        ("loyalty.segments.standing", "standing"): fake.standing,
        ("loyalty.customers.profile", "lots"): fake.lots,
        ("loyalty.multipliers.listing", "of_customer"): fake.multipliers,
        ("loyalty.campaigns.promises", "given"): fake.promises,
        ("loyalty.notes.listing", "notes"): fake.notes,
        ("loyalty.preferences.told", "card"): fake.told,
        ("loyalty.surveys.taken", "of_customer"): fake.parts,
        ("loyalty.history.reading", "history"): fake.history,
        ("loyalty.activities.points", "points"): fake.points_list,
        ("loyalty.activities.points", "csv"): fake.csv,
    }


def opened() -> Shop:
    """A shop with Mara (owner) and Theo (service desk) signed in, and a member session that is no staff's."""
    mara = StaffView(1, "uid-mara", "Mara Lindt", "mara@example.com", StaffRole.OWNER)
    theo = StaffView(2, "uid-theo", "Theo Brandt", "theo@example.com", StaffRole.SERVICE)
    return Shop(
        visits={
            MARA: signed(mara),
            THEO: signed(theo),
            REX: signed(None),
        }
    )


def signed(staff: StaffView | None) -> Signed:
    """A session of this staff member, or of a member of the programme."""
    kind = SessionKind.STAFF if staff else SessionKind.MEMBER
    return Signed(1, kind, "session-uid", staff.id if staff else 9, staff, b"this session's own secret", ())

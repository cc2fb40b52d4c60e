"""A shop's worth of finished views, so that pages can be tested and looked at without a database."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from db.enums import (
    ActorKind,
    CustomerType,
    EntryKind,
    LineKind,
    OrderStatus,
    TierMetric,
    ZeroReason,
)
from loyalty.activities.filters import PointsKind
from loyalty.activities.views import EntryList, EntryView, PointsList, PointsRow, PointsTotals
from loyalty.customers.views import (
    Balance,
    Birthday,
    CustomerList,
    CustomerRow,
    Due,
    LotView,
    Profile,
    Tally,
    TierMark,
    TierProgress,
)
from loyalty.history.views import Change, Deed, History
from loyalty.notes.listing import Notes, NoteView
from loyalty.orders.views import LineEarning, LineView, OrderList, OrderView

NOW = datetime(2026, 9, 20, 9, 41, tzinfo=UTC)
GOLD, SILVER, PLATINUM = TierMark("Gold", 3), TierMark("Silver", 2), TierMark("Platinum", 4)

# Only what pages read of a programme.
PROGRAMME = SimpleNamespace(
    id=1,
    uid="juniper",
    name="Juniper & Rye",
    logo_digest=None,
    unit_one="point",
    unit_many="points",
    time_zone="Europe/Berlin",
    currency="EUR",
    locale="en_GB",
)

PEOPLE = (
    ("Ines Alvarez", CustomerType.MEMBER, GOLD, "At-risk", 2480, 148620),
    ("Tomás Oliveira", CustomerType.MEMBER, GOLD, "Champion", 6115, 320400),
    ("Ifeoma Adeyemi", CustomerType.MEMBER, SILVER, None, 3940, 91275),
    ("Olu Bankole", CustomerType.GUEST, None, "Potential loyalists", None, 4410),
    ("Pia Nilsson", CustomerType.LEFT, None, None, 860, 74410),
    ("Priya Raghunathan-Venkatasubramaniam", CustomerType.MEMBER, GOLD, "Loyalty customers", 1205, 112000),
    ("Wei-Ling Chua", CustomerType.MEMBER, PLATINUM, "Dormant", 19310, 501840),
    ("Grace O’Donnell", CustomerType.MEMBER, None, None, 0, 0),
)


def email(name: str) -> str:
    return name.lower().replace(" ", ".") + "@example.com"


ROWS = tuple(
    CustomerRow(
        uid=f"uid-{number:02d}",
        name=name,
        email=email(name),
        type=kind,
        tier=tier,
        segment=segment,
        available=points,
        lifetime_spend=spend,
        last_activity=NOW - timedelta(days=number * 3) if spend else None,
    )
    for number, (name, kind, tier, segment, points, spend) in enumerate(PEOPLE)
)
TYPES = {CustomerType.MEMBER: Tally(9204), CustomerType.GUEST: Tally(2911), CustomerType.LEFT: Tally(365)}
CUSTOMERS = CustomerList(ROWS, Tally(12480), TYPES, Tally(1000, True), None, "next-page")
NOBODY = CustomerList((), Tally(0), dict.fromkeys(CustomerType, Tally(0)), Tally(0), None, None)

INES = Profile(
    id=100,
    uid="uid-00",
    name="Ines Alvarez",
    email=email("Ines Alvarez"),
    phone="+34 600 123 456",
    card="4929 1804 2216",
    type=CustomerType.MEMBER,
    erased=False,
    tier=GOLD,
    tags=("wholesale", "berlin"),
    birthday=Birthday(12, 9, None),
    joined=datetime(2024, 3, 5, 10, 0, tzinfo=UTC),
    balance=Balance(
        available=2480,
        pending=120,
        debt=0,
        lifetime_earned=14920,
        next_release=Due(120, date(2026, 10, 4)),
        next_expiry=Due(300, date(2026, 12, 31)),
        worth=2480,
        history=(400, 520, 900, 860, 1100, 1450, 1300, 1720, 2050, 1810, 2230, 2480),
    ),
    spent=148620,
    orders=Tally(38),
    entries=Tally(96),
    lots=Tally(4),
    progress=TierProgress(GOLD, date(2027, 3, 31), PLATINUM, TierMetric.POINTS, 2520, 3000),
)
OLU = Profile(
    id=103,
    uid="uid-03",
    name="Olu Bankole",
    email=email("Olu Bankole"),
    phone=None,
    card="4000 0000 0012",
    type=CustomerType.GUEST,
    erased=False,
    tier=None,
    tags=(),
    birthday=None,
    joined=None,
    balance=None,
    spent=4410,
    orders=Tally(1),
    entries=Tally(0),
    lots=Tally(0),
    progress=None,
)


def entry(number: int, kind: EntryKind, points: int, balance: int, days: int, **more: object) -> EntryView:
    return EntryView(
        f"entry-{number}", kind, points, balance, NOW - timedelta(days=days, hours=number % 5), **more
    )


ENTRIES = (
    entry(1, EntryKind.ADJUST, 250, 2480, 0, actor="Mara Lindt", reason="Late delivery on order #10442"),
    entry(
        2,
        EntryKind.EARN_ORDER,
        63,
        2230,
        2,
        subject="#10442",
        why="1 point per €1, Gold ×1.5",
        releases=NOW + timedelta(days=12),
    ),
    entry(3, EntryKind.REDEEM, -500, 2167, 2, subject="€5 off any loaf", why="code RYE-4K9T"),
    entry(4, EntryKind.UNDO, -80, 2667, 18, actor="Theo Brandt", undoes="entry-5"),
    entry(
        5, EntryKind.ADJUST, 80, 2747, 18, actor="Theo Brandt", reason="Wrong customer", undone_by="entry-4"
    ),
    entry(6, EntryKind.EXPIRE, -80, 2367, 18, why="earned 1 September 2025"),
    entry(7, EntryKind.REFUND_CLAWBACK, -42, 2397, 30, subject="#10388"),
    entry(8, EntryKind.REFERRAL, 300, 2439, 400, subject="Hanna Vogel"),
)
KINDS = dict(zip(PointsKind, (Tally(61), Tally(14), Tally(6), Tally(9), Tally(6)), strict=True))
ACTIVITY = EntryList(ENTRIES, Tally(96), KINDS, None, "earlier")
NO_ACTIVITY = EntryList((), Tally(0), dict.fromkeys(PointsKind, Tally(0)), None, None)

POINTS = PointsList(
    rows=tuple(
        PointsRow(each, ROWS[n % 7].uid, ROWS[n % 7].name, ROWS[n % 7].email)
        for n, each in enumerate(ENTRIES)
    ),
    everything=Tally(1000, True),
    by_kind=KINDS,
    found=Tally(96),
    totals=PointsTotals(14920, -6210),
    since=date(2026, 8, 22),
    until=date(2026, 9, 20),
    previous=None,
    next="next-page",
)
NO_POINTS = PointsList(
    (),
    Tally(0),
    dict.fromkeys(PointsKind, Tally(0)),
    Tally(0),
    PointsTotals(0, 0),
    date(2026, 8, 22),
    date(2026, 9, 20),
    None,
    None,
)

LOAF = LineEarning(27, "1 point per €1", 3, 1800, (("Gold", 150),), "rounded down")
ORDERS = OrderList(
    (
        OrderView(
            "order-1",
            "#10442",
            "Web shop",
            NOW - timedelta(days=2),
            OrderStatus.PAID,
            "EUR",
            4690,
            0,
            27,
            (
                LineView("Seeded sourdough", LineKind.PRODUCT, 2, 1800, 27, (LOAF,)),
                LineView("Gift card €25", LineKind.GIFT_CARD, 1, 2500, 0, zero=ZeroReason.GIFT_CARD),
                LineView("Delivery", LineKind.SHIPPING, 1, 390, 0, zero=ZeroReason.SHIPPING),
            ),
        ),
        OrderView(
            "order-2",
            "#10388",
            "Market stall",
            NOW - timedelta(days=30),
            OrderStatus.PAID,
            "EUR",
            4200,
            4200,
            0,
            (),
        ),
    ),
    None,
    "older",
)
LOTS = (
    LotView(
        EntryKind.EARN_ORDER,
        "#10442",
        120,
        120,
        NOW,
        NOW + timedelta(days=14),
        NOW + timedelta(days=379),
        True,
        False,
    ),
    LotView(EntryKind.ADJUST, None, 250, 40, NOW, NOW, None, False, False),
)

NOTES = Notes(
    (NoteView("note-1", "Prefers oat milk.\nAsk about the pop-up.", "Theo Brandt", NOW - timedelta(days=3)),),
    None,
    "older",
)
NO_NOTES = Notes((), None, None)
HISTORY = History(
    (
        Deed(
            "act-2",
            "Ines Alvarez's birthday was changed",
            "",
            "Theo Brandt",
            ActorKind.STAFF,
            NOW,
            (Change("Birthday", "not given", Birthday(12, 9, None)),),
            "act-2",
            None,
            None,
        ),
        Deed(
            "act-1",
            "Ines Alvarez is now Gold",
            "Press contact",
            "Mara Lindt",
            ActorKind.STAFF,
            NOW - timedelta(days=40),
            (Change("Tier", "Silver", "Gold"), Change("Rewards", None, 1)),
            None,
            "act-3",
            None,
        ),
    ),
    None,
    "earlier",
)

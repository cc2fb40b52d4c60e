"""Telling people that points are about to expire, without which nothing expires. PRODUCT J1."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from db.engine import Row, atomic, retried, rows
from db.enums import CustomerType, MailKind
from loyalty import clock, languages, mail, programmes
from loyalty.customers.standing import last_day
from loyalty.languages import Language, writing
from loyalty.languages import message as _
from loyalty.ledger import expiring
from loyalty.ledger.balances import balance
from loyalty.ledger.expiring import DueNotice
from loyalty.mail import Button, Item, Letter
from loyalty.mail.suppressing import digest
from loyalty.programmes import Programme
from loyalty.rewards.offers import offers
from loyalty.rules.days import zone

RECORD = "record_notice"
BATCH = 200
REWARDS = 2
"""Rewards a notice names: one to take and one to think about."""


async def send_due(programme_id: int) -> int:
    """Post the notices that are due now; one that was posted already isn't posted again. Returns how many.

    Guests never see a balance (A1) and get none; their points don't expire before they have joined.
    """
    programme, now = await programmes.get(programme_id), clock.now()
    due, posted = await expiring.due_notices(programme_id, now), 0
    for begin in range(0, len(due), BATCH):
        part = due[begin : begin + BATCH]
        people = await _people(programme_id, [notice.customer_id for notice in part])
        for notice in part:
            if (person := people.get(notice.customer_id)) is not None:
                posted += await _post(programme, notice, person)
    return posted


async def record(programme_id: int, args: dict[str, Any]) -> None:
    """A notice has reached its reader: from now on these lots can lapse."""
    await expiring.notice_delivered(
        programme_id,
        int(args["customer"]),
        [int(lot) for lot in args["lots"]],
        datetime.fromisoformat(args["at"]),
    )


async def came_back(programme_id: int, args: dict[str, Any], at: datetime) -> None:
    """A notice that was taken at `at` came back after all: nobody read it, so nothing may lapse by it."""
    lots = [int(lot) for lot in args["lots"]]
    await expiring.notice_came_back(programme_id, int(args["customer"]), lots, at)


@retried
async def _post(programme: Programme, notice: DueNotice, person: Row) -> bool:
    letter = await _letter(programme, notice, person)
    async with atomic():
        posted = await mail.post(
            programme.id,
            letter,
            to=person["email"],
            kind=MailKind.EXPIRY_NOTICE,
            # Another address is another try: the first may not have existed.
            key=f"{notice.key}:{digest(person['email'])[:12]}",
            customer_id=notice.customer_id,
            then=(RECORD, {"customer": notice.customer_id, "lots": list(notice.lot_ids)}),
            good_until=notice.expires_at,
        )
    return posted is not None


async def _people(programme_id: int, ids: Sequence[int]) -> dict[int, Row]:
    marks = ", ".join(["{}"] * len(ids))
    found = await rows(
        "SELECT c.id, c.first_name, c.email, c.type, c.language, t.name AS tier FROM customers c"
        " LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id"
        " LEFT JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id"
        f" WHERE c.programme_id = {{}} AND c.email IS NOT NULL AND c.type <> 'guest' AND c.id IN ({marks})",
        programme_id,
        *ids,
    )
    return {row["id"]: row for row in found}


async def _letter(programme: Programme, notice: DueNotice, person: Row) -> Letter:
    language = languages.choose(person["language"], programme.locale)
    say, member = language.gettext, person["type"] == CustomerType.MEMBER
    has = await balance(programme.id, notice.customer_id)
    day = writing.long_day(last_day(notice.expires_at, zone(programme.time_zone)), programme, language)
    points = writing.amount(notice.points, programme, language)
    heading = say(_("%(points)s expire on %(day)s"), points=points, day=day)
    hello = say(_("Hi %(name)s,"), name=person["first_name"]) + " " if person["first_name"] else ""
    asks = say(_("these points are good until then. Spend them on something you like."))
    return Letter(
        subject=heading,
        heading=heading,
        preview=say(_("What they would get you before then.")),
        figure=writing.number(has.available, programme, language),
        caption=_caption(programme, has.available, person["tier"], language),
        paragraphs=(hello + (asks if hello else asks[:1].upper() + asks[1:]),),
        button=Button(say(_("Choose a reward")), "/portal/rewards") if member else None,
        items=await _within_reach(programme, notice.customer_id, language) if member else (),
        why=say(_("This belongs to your membership: without it, no points expire.")),
        language=language.tag,
    )


def _caption(programme: Programme, points: int, tier: str | None, language: Language) -> str:
    unit = language.gettext(programme.unit_one if abs(points) == 1 else programme.unit_many)
    return language.gettext(_("%(unit)s, %(tier)s member"), unit=unit, tier=tier) if tier else unit


async def _within_reach(programme: Programme, customer_id: int, language: Language) -> tuple[Item, ...]:
    can = [offer for offer in await offers(programme.id, customer_id) if offer.refusal is None]
    return tuple(
        Item(offer.reward.about.name, writing.amount(offer.price, programme, language))
        for offer in can[-REWARDS:]
    )

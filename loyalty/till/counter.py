"""One customer in front of the counter: what they have, what they can have, what they hold (PRODUCT E5)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import one, rows, snapshot
from db.enums import CustomerType, IssuedStatus, Unit
from loyalty import clock, programmes
from loyalty.customers.views import TierMark
from loyalty.errors import NotFound
from loyalty.ledger.balances import Balance, balance
from loyalty.rewards.issued import COLUMNS, IssuedReward
from loyalty.rewards.offers import Offer, offers
from loyalty.rules import codes
from loyalty.rules.cards import printed
from loyalty.rules.codes import format_code
from loyalty.rules.naming import name_of
from loyalty.rules.stamps import Cards, cards

MOST_CODES = 20

_CUSTOMER = """SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.card_number,
      t.name AS tier, t.rank
    FROM customers k
    JOIN customers c ON c.programme_id = {0} AND c.id = coalesce(k.merged_into, k.id)
    LEFT JOIN customer_tiers s ON s.programme_id = {0} AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = {0} AND t.id = s.tier_id
    WHERE k.programme_id = {0} AND k.uid = {1} AND c.erased_at IS NULL"""
_HELD = f"""SELECT {COLUMNS}, r.name AS reward_name FROM issued_rewards i
    JOIN rewards r ON r.programme_id = {{0}} AND r.id = i.reward_id
    WHERE i.programme_id = {{0}} AND i.customer_id = {{1}} AND i.status IN ('outstanding', 'reserved')
      AND (i.expires_at IS NULL OR i.expires_at > {{2}} OR i.reserved_until > {{2}})
    ORDER BY i.id DESC LIMIT {MOST_CODES}"""


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A code in the customer's hands, as printed."""

    uid: str
    reward: str
    code: str
    status: IssuedStatus
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class Counter:
    """The till's page of a customer. `balance` None for a guest, who has none to see (A1).

    `within` can be had now, `beyond` lacks points only, the cheapest of each first as the catalogue has them.
    `stamps` None: the programme counts points.
    """

    uid: str
    name: str
    card: str
    type: CustomerType
    tier: TierMark | None
    balance: Balance | None
    stamps: Cards | None
    within: tuple[Offer, ...]
    beyond: tuple[Offer, ...]
    codes: tuple[HeldCode, ...]


async def counter(programme_id: int, uid: str) -> Counter:
    """Everything the till shows of somebody; a record that was merged shows the one kept. Raises NotFound."""
    now = clock.now()
    async with snapshot():
        row = await one(_CUSTOMER, programme_id, uid)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        kind, programme = CustomerType(row["type"]), await programmes.get(programme_id)
        has = None if kind is CustomerType.GUEST else await balance(programme_id, row["id"])
        shown = await offers(programme_id, row["id"]) if kind is CustomerType.MEMBER else ()
        held = await rows(_HELD, programme_id, row["id"], now)
    size = programme.stamp_card_size if programme.unit is Unit.STAMPS else None
    return Counter(
        uid=row["uid"],
        name=name_of(row),
        card=printed(row["card_number"]),
        type=kind,
        tier=TierMark(row["tier"], row["rank"]) if row["tier"] else None,
        balance=has,
        stamps=cards(has.available, size) if has and size else None,
        within=tuple(offer for offer in shown if offer.refusal is None),
        beyond=tuple(offer for offer in shown if offer.refusal and offer.refusal.missing),
        codes=tuple(_held(IssuedReward.from_row(each), now) for each in held),
    )


def _held(copy: IssuedReward, now: datetime) -> HeldCode:
    return HeldCode(
        copy.uid,
        copy.reward_name,
        format_code(copy.code),
        codes.status_at(copy.life, now),
        copy.life.expires_at,
    )

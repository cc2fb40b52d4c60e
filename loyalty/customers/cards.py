"""A member's card: its number, what its QR code carries, and whose it is. PRODUCT E5.

Every customer has one card number, made when they become known (`creating`) and never changed: twelve
digits with a check digit (`loyalty.rules.cards`). Whoever draws a card writes `Card.printed` in plain
sight and makes the QR code of `Card.code`, which is the digits alone: a scanner that works as a keyboard
types them and Enter into the till's one box, and `find` takes both forms. Only for members does a card
make sense; a guest becomes one first (PRODUCT A1).
"""

import secrets
from dataclasses import dataclass

from db.engine import one
from loyalty.errors import Invalid, NotFound
from loyalty.rules import cards as rules

MISTYPED = "This card number was mistyped; one of its digits is wrong."
UNKNOWN = "There is no such card in this programme."


@dataclass(frozen=True, slots=True)
class Card:
    """`code` goes into the QR code, `printed` under it: the same number, in groups of four."""

    code: str
    printed: str


def new_number() -> str:
    """A card number nobody guesses: eleven random digits and the one that checks them."""
    return rules.with_check_digit("".join(secrets.choice("0123456789") for _ in range(rules.LENGTH - 1)))


async def card(programme_id: int, customer_id: int) -> Card:
    """This customer's card. Raises NotFound, also for an erased person."""
    row = await one(
        "SELECT card_number FROM customers WHERE programme_id = {} AND id = {} AND erased_at IS NULL",
        programme_id,
        customer_id,
    )
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    return Card(row["card_number"], rules.printed(row["card_number"]))


async def find(programme_id: int, text: str) -> str:
    """The public id of the customer whose card was scanned or typed.

    Raises Invalid for what can't be a card number or was mistyped, NotFound for a card nobody has.
    """
    number = rules.scanned(text)
    row = await one(
        "SELECT k.uid FROM customers c JOIN customers k ON k.programme_id = c.programme_id"
        " AND k.id = coalesce(c.merged_into, c.id)"
        " WHERE c.programme_id = {} AND c.card_number = {} AND k.erased_at IS NULL",
        programme_id,
        number,
    )
    if row is not None:
        uid: str = row["uid"]
        return uid
    if not rules.is_whole(number):
        raise Invalid(MISTYPED, field="card")
    raise NotFound(UNKNOWN, field="card")

"""Customer types and the four legal moves between them, and birthdays. PRODUCT A, B4."""

import calendar
from dataclasses import dataclass
from datetime import date

from db.enums import CustomerType
from loyalty.errors import AlreadyDone, Invalid, NotAllowed

GUEST, MEMBER, LEFT = CustomerType.GUEST, CustomerType.MEMBER, CustomerType.LEFT

LEGAL_MOVES = frozenset({(GUEST, MEMBER), (GUEST, LEFT), (MEMBER, LEFT), (LEFT, MEMBER)})
"""PRODUCT A2: everything else is refused here and by the database."""

_SYSTEM_MOVES = frozenset({(GUEST, MEMBER)})
_TYPES = {GUEST: "a guest", MEMBER: "a member", LEFT: "someone who has left"}
_OLDEST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Consequences:
    """What Exclude or Join will mean for this person; the confirmation lists it. PRODUCT A3.

    Points in whole points; counts of unused rewards and open referrals.
    """

    target: CustomerType
    available: int
    pending: int
    unused_rewards: int
    open_referrals: int
    void_rewards: bool = False
    pause_expiry: bool = False

    def sentences(self) -> tuple[str, ...]:
        """The consequences as sentences, most important first."""
        if self.target is MEMBER:
            return (
                "Earning, redeeming and the portal are on again.",
                f"The balance of {self.available:,} points is spendable.",
                "The tier is worked out again; the signup bonus isn't paid a second time.",
                "Orders placed meanwhile don't earn, also not later.",
            )
        said = ["No portal, no earning and no redeeming, even when logged in.", self._balance()]
        if self.unused_rewards:
            stays = "stays valid" if self.unused_rewards == 1 else "stay valid"
            fate = "will be void" if self.void_rewards else stays
            said.append(f"{_many(self.unused_rewards, 'unused reward')} {fate}.")
        if self.open_referrals:
            verb = "closes" if self.open_referrals == 1 else "close"
            said.append(
                f"{_many(self.open_referrals, 'open referral')} {verb}; the friends keep their coupons."
            )
        return tuple(said)

    def _balance(self) -> str:
        clock = "expiry is paused" if self.pause_expiry else "its expiry dates run on"
        pending = f", {self.pending:,} more are pending" if self.pending else ""
        return f"The balance of {self.available:,} points is frozen{pending}; {clock}."


@dataclass(frozen=True, slots=True)
class Birthday:
    """Month and day, year optional. PRODUCT B4."""

    month: int
    day: int
    year: int | None = None


def refuse_move(current: CustomerType, target: CustomerType, *, by_system: bool = False) -> None:
    """Return when the move is legal. PRODUCT A2.

    Raises AlreadyDone when the customer already is what is asked for (somebody else was first),
    NotAllowed when the move exists but belongs to the system, Invalid when there is no such move.
    """
    if current is target:
        raise AlreadyDone(f"This has already happened: the customer is {_TYPES[target]} now.")
    if (current, target) not in LEGAL_MOVES:
        raise Invalid(f"{_TYPES[current].capitalize()} can't become {_TYPES[target]}.", field="type")
    if (current, target) in _SYSTEM_MOVES and not by_system:
        raise NotAllowed("A guest becomes a member by registering; nobody else can do it for them.")


def refuse_erased(erased: bool) -> None:
    """Nothing says who an erased person was, so they can't come back. Raises NotAllowed. PRODUCT O4."""
    if erased:
        raise NotAllowed("This person was erased and stays out of the programme.")


def registers(current: CustomerType) -> CustomerType:
    """What registering makes of a customer: a guest becomes a member; it doesn't undo Left. PRODUCT A3."""
    return MEMBER if current is GUEST else current


def earns(kind: CustomerType, *, guest_earning: bool) -> bool:
    """Whether orders of this customer earn. PRODUCT A1."""
    return kind is MEMBER or (kind is GUEST and guest_earning)


def birthday(month: int, day: int, year: int | None = None, *, today: date) -> Birthday:
    """A birthday that can exist, `today` in the programme's zone. Raises Invalid for impossible dates."""
    try:
        checked = date(2000 if year is None else year, month, day)
    except ValueError:
        raise Invalid("There is no such day.", field="birthday") from None
    if year is not None and (year < _OLDEST_YEAR or checked > today):
        raise Invalid(f"The year must be between {_OLDEST_YEAR} and now.", field="birthday")
    return Birthday(month, day, year)


def celebrated(day: date) -> tuple[tuple[int, int], ...]:
    """Month and day of the birthdays celebrated on a day: 29 February's on the 28th in common years. PRODUCT B4."""
    own = (day.month, day.day)
    return (own, (2, 29)) if own == (2, 28) and not calendar.isleap(day.year) else (own,)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""Customer types and the four legal moves between them, and birthdays. PRODUCT A, B4."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
                "Earning, redeeming and the widget are on again.",
                f"The balance of {self.available:,} points is spendable.",
                "The tier is worked out again; the signup bonus isn't paid a second time.",
                "Orders placed meanwhile don't earn, also not later.",
            )
        said = ["No widget, no earning and no redeeming, even when logged in.", self._balance()]
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

    def paid_on(self, year: int) -> date:
        """The day of `year` on which it is celebrated: 29 February is 28 February in common years."""
        if (self.month, self.day) == (2, 29) and not calendar.isleap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)


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


def menu_targets(current: CustomerType) -> tuple[CustomerType, ...]:
    """The types a staff member can choose for this customer; the menu shows nothing else."""
    return tuple(target for target in CustomerType if (current, target) in LEGAL_MOVES - _SYSTEM_MOVES)


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


def guest_points_spendable(kind: CustomerType, *, email_verified: bool) -> bool:
    """Points earned as a guest wait for the e-mail address to be verified. PRODUCT A4."""
    return kind is MEMBER and email_verified


def birthday(month: int, day: int, year: int | None = None, *, today: date) -> Birthday:
    """A birthday that can exist, `today` in the programme's zone. Raises Invalid for impossible dates."""
    try:
        checked = date(2000 if year is None else year, month, day)
    except ValueError:
        raise Invalid("There is no such day.", field="birthday") from None
    if year is not None and (year < _OLDEST_YEAR or checked > today):
        raise Invalid(f"The year must be between {_OLDEST_YEAR} and now.", field="birthday")
    return Birthday(month, day, year)


def refuse_birthday_change(changed_at: datetime | None, now: datetime) -> None:
    """Members may change their birthday once in 12 months; staff don't ask this. PRODUCT B4.

    `changed_at` is the member's own last change, None for the first. Raises NotAllowed naming the day.
    """
    if changed_at is None:
        return
    again = _a_year_after(changed_at)
    if now < again:
        raise NotAllowed(f"The birthday can be changed again on {again.day} {again:%B %Y}.", field="birthday")


def next_birthday(born: Birthday, today: date) -> date:
    """The next day, today included, on which the birthday is celebrated."""
    this_year = born.paid_on(today.year)
    return this_year if this_year >= today else born.paid_on(today.year + 1)


def _a_year_after(moment: datetime) -> datetime:
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, month=2, day=28) + timedelta(days=1)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

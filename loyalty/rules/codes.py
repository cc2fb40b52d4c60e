"""Reward codes: unguessable, single use, checked at the till. PRODUCT E2, E3."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.enums import IssuedStatus
from loyalty.errors import AlreadyDone, Invalid, NotAllowed

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is mistaken when read aloud or off a receipt: no 0 and O, no 1, I and L."""

LENGTH = 12
"""31 letters to the power of 12 are 59 bits."""

RESERVATION = timedelta(minutes=15)
"""How long a till holds a code before it is free again."""

OUTSTANDING, RESERVED = IssuedStatus.OUTSTANDING, IssuedStatus.RESERVED
USED, VOID, EXPIRED = IssuedStatus.USED, IssuedStatus.VOID, IssuedStatus.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One customer's copy of a reward, as far as its life goes. `reserved_by` names the till."""

    status: IssuedStatus
    points_paid: int = 0
    expires_at: datetime | None = None
    reserved_until: datetime | None = None
    reserved_by: str = ""
    used_at: datetime | None = None
    used_order: str = ""
    voided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing a copy does: the void copy and the points to return, 0 for none."""

    issued: Issued
    points_returned: int


def format_code(raw: str) -> str:
    """A code in groups of four: “ABCD-EFGH-JKMN”. `raw` is LENGTH letters of ALPHABET, made by `secrets`."""
    code = normalised_code(raw)
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def normalised_code(text: str) -> str:
    """A typed or scanned code without dashes, in capitals. Raises Invalid when it can't be one of ours."""
    code = "".join(text.upper().replace("-", " ").split())
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise Invalid("This isn't a reward code; it has 12 letters and digits.", field="code")
    return code


def status_at(issued: Issued, now: datetime) -> IssuedStatus:
    """The status by date: a late reservation is free again, a late code is expired, job or no job."""
    if issued.status not in (OUTSTANDING, RESERVED):
        return issued.status
    held = issued.status is RESERVED and issued.reserved_until is not None and now < issued.reserved_until
    if held:
        return RESERVED
    return EXPIRED if issued.expires_at is not None and now >= issued.expires_at else OUTSTANDING


def reserve(issued: Issued, till: str, now: datetime) -> Issued:
    """Hold a code while the till takes payment. The same till may hold it again and so prolong it.

    Raises AlreadyDone for a used or void code and for one another till holds, Invalid for an expired one.
    """
    _refuse_unusable(issued, till, now)
    return replace(issued, status=RESERVED, reserved_by=till, reserved_until=now + RESERVATION)


def use(issued: Issued, till: str, now: datetime, *, order: str = "") -> Issued:
    """Use a code up, reserved before or not. Raises as `reserve` does."""
    _refuse_unusable(issued, till, now)
    return replace(issued, status=USED, used_at=now, used_order=order, reserved_by="", reserved_until=None)


def release(issued: Issued, till: str, now: datetime) -> Issued:
    """Let a held code go. Releasing a free code changes nothing; another till's raises NotAllowed."""
    status = status_at(issued, now)
    if status is RESERVED and issued.reserved_by != till:
        raise NotAllowed("Another till holds this code.")
    if status not in (RESERVED, OUTSTANDING):
        raise AlreadyDone(_refusal(issued, status))
    return replace(issued, status=OUTSTANDING, reserved_by="", reserved_until=None)


def unuse(issued: Issued, now: datetime) -> Issued:
    """Undo a use by mistake. Raises AlreadyDone when it isn't used any more."""
    if issued.status is not USED:
        raise AlreadyDone("This code isn't used.")
    back = replace(issued, status=OUTSTANDING, used_at=None, used_order="")
    return replace(back, status=status_at(back, now))


def remove(issued: Issued, now: datetime, *, return_points: bool) -> Removal:
    """Void an unused copy, held by a till or not; an expired one only with its points returned as goodwill.

    Raises NotAllowed for a used copy, AlreadyDone for a void one. PRODUCT E2.
    """
    status = status_at(issued, now)
    if status is USED:
        raise NotAllowed("A used reward can't be removed; points can be returned as goodwill.")
    if status is VOID:
        raise AlreadyDone("This reward has already been removed.")
    void = replace(issued, status=VOID, voided_at=now, reserved_by="", reserved_until=None)
    return Removal(void, issued.points_paid if return_points else 0)


def restore(issued: Issued, now: datetime) -> Issued:
    """Undo a removal. Raises AlreadyDone when it isn't void."""
    if issued.status is not VOID:
        raise AlreadyDone("This reward isn't removed.")
    back = replace(issued, status=OUTSTANDING, voided_at=None)
    return replace(back, status=status_at(back, now))


def _refuse_unusable(issued: Issued, till: str, now: datetime) -> None:
    status = status_at(issued, now)
    if status is RESERVED and issued.reserved_by != till:
        raise AlreadyDone("Another till holds this code; it is free again in a few minutes.", field="code")
    if status is EXPIRED:
        raise Invalid(_refusal(issued, status), field="code")
    if status in (USED, VOID):
        raise AlreadyDone(_refusal(issued, status), field="code")


def _refusal(issued: Issued, status: IssuedStatus) -> str:
    if status is USED:
        order = f" with order {issued.used_order}" if issued.used_order else ""
        return f"This code has already been used{order}."
    return "This code is void." if status is VOID else "This code has expired."

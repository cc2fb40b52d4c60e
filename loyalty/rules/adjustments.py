"""Adjusting a balance by hand: reading the number and previewing the outcome. PRODUCT C7."""

import re
from dataclasses import dataclass

from loyalty.errors import Invalid, NotAllowed
from loyalty.rules.lots import refuse_overdraft

DEFAULT_COMMENT = "Manual adjustments"
"""The customer-facing comment when staff write none; translated when shown."""

LARGEST = 10**12
_MINUS = str.maketrans("−–—﹣-", "-----")
_SPACES = re.compile(r"[\s\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Preview:
    """The balance an adjustment would leave, in points; `largest_deduction` is what can be offered."""

    points: int
    available: int
    new_available: int
    largest_deduction: int

    @property
    def possible(self) -> bool:
        """Whether the adjustment may be made: additions always, deductions down to zero."""
        return self.points > 0 or self.new_available >= 0


def parse_points(text: str) -> int:
    """A signed whole number: “+50”, “-24”, “−24” (Unicode minus), “1 000”. Raises Invalid with a sentence."""
    compact = _SPACES.sub("", text).translate(_MINUS)
    if not compact:
        raise Invalid("Enter a number of points, such as 50 or −24.", field="points")
    if re.fullmatch(r"[+-]?\d+[.,]\d+", compact):
        raise Invalid("Points are whole numbers; leave out the decimals.", field="points")
    if not re.fullmatch(r"[+-]?[0-9]+", compact):
        raise Invalid("Enter a whole number, such as 50 or −24.", field="points")
    if len(compact) > 15 or abs(int(compact)) > LARGEST:
        raise Invalid("That is more than one trillion points.", field="points")
    return checked(int(compact))


def checked(points: int) -> int:
    """The same number when it may be an adjustment. Raises Invalid for 0 and absurd sizes."""
    if points == 0:
        raise Invalid("An adjustment of 0 changes nothing; enter a number above or below 0.", field="points")
    if abs(points) > LARGEST:
        raise Invalid("That is more than one trillion points.", field="points")
    return points


def preview(points: int, available: int) -> Preview:
    """The live preview under the form."""
    return Preview(points, available, available + points, max(0, available))


def refuse(points: int, available: int, *, limit: int | None = None, left_today: int | None = None) -> None:
    """Return when the adjustment may be made now.

    `limit` is the role's largest single adjustment, `left_today` what remains of its daily limit, both
    without sign; None is no limit. Raises NotEnoughPoints below zero, NotAllowed above a limit.
    """
    if points < 0:
        refuse_overdraft(-points, available)
    refuse_above(points, limit=limit, left_today=left_today)


def refuse_above(points: int, *, limit: int | None, left_today: int | None) -> None:
    """Return when no limit of the person is passed. Raises NotAllowed."""
    if limit is not None and abs(points) > limit:
        raise NotAllowed(
            f"You can adjust up to {limit} points at a time. Ask somebody with a higher limit.",
            field="points",
        )
    if left_today is not None and abs(points) > left_today:
        raise NotAllowed(
            f"You can adjust {max(0, left_today)} more points today. Ask somebody with a higher limit.",
            field="points",
        )


def comment(text: str | None) -> str:
    """What the customer reads: the given comment or the default."""
    return (text or "").strip() or DEFAULT_COMMENT

"""Who belongs to a segment a shop builds: conditions on a person, joined by all, any and none (PRODUCT K4).

As JSON a group is {"all": […]}, {"any": […]} or {"none": […]}; a condition is either
{"fact": "tier", "is": "…"} or {"fact": "orders", "at_least": 2, "days": 90}. Money is in minor units. In place
of days there may be the first and the last day that count: {…, "from": "2026-01-01", "to": "2026-03-31"}.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from loyalty.errors import Invalid

DEEPEST = 5
MOST = 40
MOST_DAYS = 3_650
LONGEST = 190
EARLIEST, LATEST = date(1990, 1, 1), date(2058, 12, 31)
_MOST_NUMBER = 10**12


class Joins(StrEnum):
    """How the parts of a group count together."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


class Compare(StrEnum):
    """How a number is held against the one that was typed."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


class Days(StrEnum):
    """Whether a number looks at the last so many days only; MAY: or at the days between two dates."""

    NEVER = "never"
    MAY = "may"
    MUST = "must"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Counted:
    """A fact that is a number. `of`: what it is about, such as a category; empty where it is about nothing.

    `money`: it is an amount in minor units. `once`: it happens once, so it is only asked for.
    """

    days: Days = Days.MAY
    of: str = ""
    money: bool = False
    once: bool = False


CHOICES = ("type", "tier", "tag", "store", "birthday", "mail", "preference", "segment")
"""Facts a person has or hasn't. A preference is written question:option, a quiz and its outcome likewise."""
ONE_OF = frozenset({"type", "tier", "birthday", "mail"})
"""Choices of which nobody has two."""
NUMBERS: Mapping[str, Counted] = {
    "points": Counted(Days.NEVER),
    "expiring": Counted(Days.MUST),
    "joined": Counted(Days.NEVER),
    "joined_on": Counted(Days.DATES, once=True),
    "orders": Counted(),
    "spent": Counted(money=True),
    "orders_product": Counted(of="product"),
    "orders_category": Counted(of="category"),
    "orders_tag": Counted(of="tag"),
    "spent_product": Counted(of="product", money=True),
    "spent_category": Counted(of="category", money=True),
    "spent_tag": Counted(of="tag", money=True),
    "redemptions": Counted(),
    "referrals": Counted(),
    "reviews": Counted(),
    "campaigns": Counted(),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """That a person has one of CHOICES."""

    fact: str
    is_: str

    @property
    def stored(self) -> dict[str, Any]:
        return {"fact": self.fact, "is": self.is_}


@dataclass(frozen=True, slots=True)
class Number:
    """That one of NUMBERS is so large, in the last `days` or from `first` to `last`; all None: ever."""

    fact: str
    compare: Compare
    number: int
    days: int | None = None
    of: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = {"fact": self.fact, self.compare.value: self.number}
        if self.days is not None:
            found["days"] = self.days
        for name, day in (("from", self.first), ("to", self.last)):
            if day is not None:
                found[name] = day.isoformat()
        return {**found, "of": self.of} if self.of else found

    def within(self, other: "Number") -> bool:
        """Whether whatever this counts, the other counts too, so that it can't be more."""
        narrowed = other.fact == "orders" and self.fact.startswith("orders_")
        if not narrowed and (self.fact, self.of) != (other.fact, other.of):
            return False
        if self.days is not None and other.days is not None:
            return self.days <= other.days
        if self.days is not None or other.days is not None:
            return other.is_ever
        return (other.first is None or (self.first is not None and self.first >= other.first)) and (
            other.last is None or (self.last is not None and self.last <= other.last)
        )

    @property
    def is_ever(self) -> bool:
        return self.days is None and self.first is None and self.last is None

    @property
    def least(self) -> int:
        return 0 if self.compare is Compare.AT_MOST else self.number

    @property
    def most(self) -> int | None:
        return None if self.compare is Compare.AT_LEAST else self.number


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that count together."""

    joins: Joins
    parts: tuple["Node", ...]

    @property
    def stored(self) -> dict[str, Any]:
        return {self.joins.value: [part.stored for part in self.parts]}


Node = Group | Choice | Number


def of(given: object) -> Group:
    """A tree from its JSON. Raises Invalid with a sentence for one that is too deep, too large or says nothing."""
    made = _node(given, 1)
    tree = made if isinstance(made, Group) else Group(Joins.ALL, (made,))
    if sum(1 for _ in conditions(tree)) > MOST:
        raise Invalid(f"A segment takes at most {MOST} conditions.", field="tree")
    return tree


def conditions(node: Node) -> Iterator[Choice | Number]:
    """Every condition in a tree, in reading order."""
    if isinstance(node, Group):
        for part in node.parts:
            yield from conditions(part)
    else:
        yield node


def segments_in(node: Node) -> frozenset[str]:
    """The public ids of the segments a tree looks at."""
    return frozenset(
        each.is_ for each in conditions(node) if isinstance(each, Choice) and each.fact == "segment"
    )


def circle(uid: str, uses: Mapping[str, frozenset[str]]) -> bool:
    """Whether a segment would contain itself, directly or through others. `uses`: what each looks at."""
    seen: set[str] = set()
    ahead = list(uses.get(uid, ()))
    while ahead:
        each = ahead.pop()
        if each == uid:
            return True
        if each not in seen:
            seen.add(each)
            ahead.extend(uses.get(each, ()))
    return False


def depths(uses: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """For segments without a circle, how many others must be judged before each: the longest way down."""
    found: dict[str, int] = {}

    def depth(uid: str) -> int:
        if uid not in found:
            found[uid] = 1 + max((depth(each) for each in uses[uid] if each in uses), default=0)
        return found[uid]

    for uid in uses:
        depth(uid)
    return found


def _node(given: object, depth: int) -> Node:
    if not isinstance(given, dict):
        raise Invalid("Each part of a segment is a group or a condition.", field="tree")
    if "fact" in given:
        return _condition(given)
    joins = [each for each in Joins if each in given]
    if len(joins) != 1 or len(given) != 1:
        raise Invalid("A group is one of all, any and none, and nothing else.", field="tree")
    parts = given[joins[0]]
    if not isinstance(parts, list) or not parts:
        raise Invalid(
            "An empty group says nothing about anybody. Add a condition or remove it.", field="tree"
        )
    if depth > DEEPEST:
        raise Invalid(f"Groups go at most {DEEPEST} deep.", field="tree")
    if len(parts) > MOST:
        raise Invalid(f"A segment takes at most {MOST} conditions.", field="tree")
    return Group(joins[0], tuple(_node(part, depth + 1) for part in parts))


def _condition(given: dict[str, Any]) -> Choice | Number:
    fact = given["fact"]
    if fact in CHOICES:
        is_ = given.get("is")
        if set(given) != {"fact", "is"} or not _text(is_):
            raise Invalid(f"Say which {fact} is meant.", field="tree")
        return Choice(fact, str(is_).strip())
    kind = NUMBERS.get(fact) if isinstance(fact, str) else None
    if kind is None:
        raise Invalid(f"There is no fact called “{str(fact)[:60]}”.", field="tree")
    compare = [each for each in Compare if each in given]
    if len(compare) != 1 or set(given) - {"fact", "days", "of", "from", "to", compare[0].value}:
        raise Invalid(f"Say one of at_least, at_most and exactly for {fact}.", field="tree")
    number, days, about = given[compare[0]], given.get("days"), given.get("of", "")
    if not _whole(number) or not 0 <= number <= _MOST_NUMBER:
        raise Invalid(f"The number for {fact} is a whole number from 0.", field="tree")
    if days is not None and (not _whole(days) or not 1 <= days <= MOST_DAYS):
        raise Invalid(f"The days for {fact} are a whole number from 1 to {MOST_DAYS:,}.", field="tree")
    if (days is None and kind.days is Days.MUST) or (days is not None and kind.days is Days.NEVER):
        raise Invalid(f"{fact} {'needs' if days is None else 'takes no'} days.", field="tree")
    first, last = _day(given.get("from")), _day(given.get("to"))
    if (first or last) and (days is not None or kind.days not in (Days.MAY, Days.DATES)):
        raise Invalid(f"{fact} takes no dates{' beside days' if days is not None else ''}.", field="tree")
    if kind.days is Days.DATES and (days is not None or not (first or last)):
        raise Invalid(f"{fact} needs a first or a last day.", field="tree")
    if first and last and first > last:
        raise Invalid("The last day comes before the first one.", field="tree")
    if kind.once and (compare[0], number) != (Compare.AT_LEAST, 1):
        raise Invalid(f"{fact} happens once, so it is at_least 1.", field="tree")
    if bool(kind.of) != bool(about) or (about and not _text(about)):
        raise Invalid(
            f"Say which {kind.of} {fact} is about." if kind.of else f"{fact} takes no “of”.", field="tree"
        )
    return Number(fact, compare[0], number, days, str(about).strip(), first, last)


def _day(given: object) -> date | None:
    if given is None:
        return None
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise Invalid(
            f"A day is written like 2026-12-31 and lies between {EARLIEST.year} and {LATEST.year}.",
            field="tree",
        )
    return day


def _text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST and "\0" not in value


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

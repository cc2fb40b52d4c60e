"""What a built segment says, in words, and what in it can't be meant (PRODUCT K4)."""

from collections.abc import Callable, Mapping
from datetime import date

from loyalty.rules.segment_trees import (
    NUMBERS,
    ONE_OF,
    Choice,
    Compare,
    Group,
    Joins,
    Node,
    Number,
    conditions,
)

Known = Mapping[str, Mapping[str, str]]
"""By fact, what is stored and what people call it. Facts that aren't in it are called as they are stored."""

_JOINED = {Joins.ALL: "all of", Joins.ANY: "any of", Joins.NONE: "none of"}
_COMPARED = {Compare.AT_LEAST: "at least", Compare.AT_MOST: "at most", Compare.EXACTLY: "exactly"}
_CHOSEN = {
    "type": "is a {}",
    "tier": "has the tier {}",
    "tag": "has the tag {}",
    "store": "bought at {}",
    "birthday": "has a birthday {}",
    "mail": "{}",
    "preference": "told us {}",
    "segment": "is in {}",
}
_NUMBERED = {
    "points": "{} {} points to spend",
    "joined": "joined {} {} days ago",
    "joined_on": "joined",
    "expiring": "{} {} points that expire",
    "orders": "{} {} orders",
    "spent": "spent {} {}",
    "orders_product": "{} {} orders with {}",
    "orders_category": "{} {} orders of the category {}",
    "orders_tag": "{} {} orders with the product tag {}",
    "spent_product": "spent {} {} on {}",
    "spent_category": "spent {} {} on the category {}",
    "spent_tag": "spent {} {} on products tagged {}",
    "redemptions": "{} {} redemptions",
    "referrals": "{} {} completed referrals",
    "reviews": "{} {} approved reviews",
    "campaigns": "got {} {} campaign messages",
}


def lines(tree: Node, known: Known, money: Callable[[int], str], *, level: int = 0) -> tuple[str, ...]:
    """A tree in plain language, a line for each condition and group, indented by two spaces a level."""
    pad = "  " * level
    if not isinstance(tree, Group):
        return (pad + said(tree, known, money),)
    head = f"{pad}{_JOINED[tree.joins]}:"
    return (head, *(line for part in tree.parts for line in lines(part, known, money, level=level + 1)))


def said(condition: Choice | Number, known: Known, money: Callable[[int], str]) -> str:
    """One condition in words."""
    if isinstance(condition, Choice):
        name = known.get(condition.fact, {}).get(condition.is_, condition.is_)
        return _CHOSEN[condition.fact].format(name)
    is_money = NUMBERS[condition.fact].money
    amount = money(condition.number) if is_money else f"{condition.number:,}"
    words = _NUMBERED[condition.fact].format(_COMPARED[condition.compare], amount, condition.of)
    if condition.number == 1 and not is_money:
        words = _singular(words)
    if condition.days is None:
        return f"{words}{_between(condition.first, condition.last)}"
    when = "within" if condition.fact == "expiring" else "in the last"
    return f"{words} {when} {condition.days:,} {'day' if condition.days == 1 else 'days'}"


def _between(first: date | None, last: date | None) -> str:
    if first and last:
        return f" on {_plain(first)}" if first == last else f" from {_plain(first)} to {_plain(last)}"
    return f" since {_plain(first)}" if first else f" until {_plain(last)}" if last else ""


def _plain(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def warnings(tree: Group, known: Known, money: Callable[[int], str]) -> tuple[str, ...]:
    """Sentences about what nobody can fit, and about what narrows nothing, each once."""
    found = [
        f"Everybody fits “{said(each, known, money)}”."
        for each in conditions(tree)
        if isinstance(each, Number) and each.least == 0 and each.most is None and each.fact != "joined"
    ]
    _look(tree, (), (), lambda each: said(each, known, money), found)
    return tuple(dict.fromkeys(found))


Say = Callable[[Choice | Number], str]


def _look(
    node: Node,
    sure: tuple[Choice | Number, ...],
    never: tuple[Choice | Number, ...],
    say: Say,
    found: list[str],
) -> None:
    """`sure` holds of everybody who gets this far, `never` of nobody."""
    if not isinstance(node, Group):
        return
    leaves = tuple(part for part in node.parts if not isinstance(part, Group))
    if node.joins is Joins.ALL:
        for part in node.parts:
            if isinstance(part, Group) and part.joins is Joins.NONE:
                never += tuple(each for each in part.parts if not isinstance(each, Group))
            if isinstance(part, Group) and part.joins is Joins.ALL:
                sure += tuple(each for each in part.parts if not isinstance(each, Group))
        sure += leaves
        _clashes(sure, never, say, found)
    elif node.joins is Joins.ANY:
        for leaf in leaves:
            _clashes((*sure, leaf), never, say, found)
    for part in node.parts:
        # Below a “none” nothing is known any more: what fits nobody there excludes nobody.
        inside = node.joins is not Joins.NONE
        _look(part, sure if inside else (), never if inside else (), say, found)


def _clashes(
    sure: tuple[Choice | Number, ...], never: tuple[Choice | Number, ...], say: Say, found: list[str]
) -> None:
    for each in sure:
        if each in never:
            found.append(f"Nobody can fit: “{say(each)}” is both asked for and ruled out.")
    for number, one in enumerate(sure):
        for other in sure[number + 1 :]:
            if _exclude(one, other):
                found.append(f"Nobody can fit both “{say(one)}” and “{say(other)}”.")


def _exclude(one: Choice | Number, other: Choice | Number) -> bool:
    if isinstance(one, Choice) and isinstance(other, Choice):
        return one.fact == other.fact and one.fact in ONE_OF and one.is_ != other.is_
    if isinstance(one, Number) and isinstance(other, Number):
        return any(
            a.most is not None and b.least > a.most and b.within(a) for a, b in ((one, other), (other, one))
        )
    return False


def _singular(words: str) -> str:
    for many, single in (("points that expire", "point that expires"), ("points", "point"), ("days", "day"),
                         ("orders", "order"), ("redemptions", "redemption"), ("referrals", "referral"),
                         ("reviews", "review"), ("campaign messages", "campaign message")):  # fmt: skip
        if f" {many}" in words:
            return words.replace(f" {many}", f" {single}", 1)
    return words

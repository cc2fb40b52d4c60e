"""A person's doings, and what any tree says of them reckoned in plain Python, apart from every line of ours."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from loyalty.rules.segment_trees import Choice, Compare, Group, Joins, Node, Number

NOW = datetime.fromisoformat("2026-06-15T10:00:00+00:00")
TODAY = date(2026, 6, 15)
HAPPENINGS = ("redemptions", "referrals", "reviews", "campaigns")


@dataclass
class Bought:
    """An order that counts: days ago, its store, its money less refunds, and what its lines of each word cost."""

    ago: int
    store: str
    kept: int
    lines: dict[str, int]


@dataclass
class Shopper:
    """What the reckoning knows of a person. `lots` are points, the days until their end, and whether that was told."""

    type: str
    joined: int
    tier: str
    month: int | None
    mail: bool
    bought: list[Bought] = field(default_factory=list)
    lots: list[tuple[int, int | None, bool]] = field(default_factory=list)
    did: dict[str, list[int]] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    segments: set[str] = field(default_factory=set)

    def fits(self, node: Node) -> bool:
        if isinstance(node, Group):
            inside = [self.fits(part) for part in node.parts]
            return {Joins.ALL: all(inside), Joins.ANY: any(inside), Joins.NONE: not any(inside)}[node.joins]
        if isinstance(node, Choice):
            return self._has(node)
        number = self._number(node)
        return {
            Compare.AT_LEAST: number >= node.number,
            Compare.AT_MOST: number <= node.number,
            Compare.EXACTLY: number == node.number,
        }[node.compare]

    def _has(self, choice: Choice) -> bool:
        match choice.fact:
            case "birthday":
                return self.month == (int(choice.is_) or TODAY.month)
            case "mail":
                return self.mail == (choice.is_ == "yes")
            case "store":
                return choice.is_ in {each.store for each in self.bought}
            case "tag" | "preference" | "segment":
                held = {"tag": self.tags, "preference": self.told, "segment": self.segments}
                return choice.is_ in held[choice.fact]
            case _:
                return bool(getattr(self, choice.fact) == choice.is_)

    def _number(self, node: Number) -> int:
        fact, inside = node.fact, [each for each in self.bought if within(node, each.ago)]
        if fact in HAPPENINGS:
            return sum(within(node, ago) for ago in self.did[fact])
        if fact == "points":
            live = [points for points, ends, told in self.lots if ends is None or ends > 0 or not told]
            return sum(live) if self.type == "member" else 0
        if fact == "expiring":
            assert node.days is not None
            return sum(points for points, ends, _ in self.lots if ends is not None and 0 <= ends <= node.days)
        if fact.startswith("joined"):
            return self.joined if fact == "joined" else int(within(node, self.joined))
        if fact in ("orders", "spent"):
            return len(inside) if fact == "orders" else sum(each.kept for each in inside)
        costs = [each.lines[word] for each in inside if (word := node.of.rpartition("-")[2]) in each.lines]
        return sum(costs) if fact.startswith("spent") else len(costs)


def within(node: Number, ago: int) -> bool:
    """Whether what happened so many days ago is in a condition's time."""
    day = TODAY - timedelta(days=ago)
    return (
        (node.days is None or ago <= node.days)
        and (node.first is None or day >= node.first)
        and (node.last is None or day <= node.last)
    )

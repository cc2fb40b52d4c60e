"""What orders would have earned had a rule said something else. PRODUCT I2.

The same function, the same stored rules and the same stored context as earning itself; only the rule in
question says what is proposed. A replay holds one customer's limits and nothing else, so it can be as long
as a history is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from loyalty.rules.days import period_of
from loyalty.rules.earning import EarnContext, Earned, OrderFacts, RuleVersion, earn
from loyalty.rules.earning_rules import RuleDefinition

PROPOSED = -1
"""The id under which the proposed version takes part: no stored one has it."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """A version an order earned under, its rule, and the rule's place in the merchant's order."""

    rule_id: int
    place: Place
    version: RuleVersion


@dataclass(frozen=True, slots=True)
class Past:
    """A real order: as it was bought, what is kept of it, and the terms it earned under.

    `stands`: it is paid and not refunded in full, so it uses up limits. `segments`: of those the proposal
    asks about, the ones the customer was in then.
    """

    whole: OrderFacts
    kept: OrderFacts
    stands: bool
    rules: tuple[Stored, ...]
    context: EarnContext
    segments: frozenset[int] = frozenset()

    @property
    def segments_then(self) -> tuple[int, ...]:
        """What the order's own rules asked about is as it was stored; the rest as the history of segments has it."""
        known = {id_ for each in self.rules for id_ in each.version.definition.segments}
        return tuple(sorted({*self.context.segment_ids, *(self.segments - known)}))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule as it would be. `first`, `last`: the days of the period that is looked at."""

    rule_id: int
    place: Place
    definition: RuleDefinition
    first: date
    last: date

    @property
    def tried(self) -> RuleDefinition:
        """The definition without its own dates, where these don't touch the period: a plan for next month
        is tried on last month."""
        rule = self.definition
        late = rule.starts_on is not None and rule.starts_on > self.last
        early = rule.ends_on is not None and rule.ends_on < self.first
        return replace(rule, starts_on=None, ends_on=None) if late or early else rule


@dataclass
class Replay:
    """One customer's orders, put in one after the other, the oldest first.

    `before` is what other orders of the limit's period, older than the first of these, had earned by the rule.
    """

    proposal: Proposal
    before: int = 0
    _really: dict[date | None, int] = field(default_factory=dict)
    _tried: dict[date | None, int] = field(default_factory=dict)

    def put(self, order: Past) -> tuple[int, int]:
        """The points of what is kept of the order: as it is, and as it would be."""
        rules, context = tuple(stored.version for stored in order.rules), order.context
        same = next((each for each in order.rules if each.rule_id == self.proposal.rule_id), None)
        changed, then = self._proposed(order, same)
        if not order.stands:
            return 0, 0
        if self.proposal.definition.period is not None:
            mine = same.version.id if same else None
            _add(self._really, self._period(context), _given(earn(order.whole, rules, context), mine))
            _add(self._tried, self._period(context), _given(earn(order.whole, changed, then), PROPOSED))
        return earn(order.kept, rules, context).points, earn(order.kept, changed, then).points

    def _proposed(self, order: Past, same: Stored | None) -> tuple[tuple[RuleVersion, ...], EarnContext]:
        proposal, context = self.proposal, order.context
        unchanged = same is not None and same.version.definition == proposal.definition
        version = RuleVersion(PROPOSED, proposal.definition if unchanged else proposal.tried)
        placed = Stored(proposal.rule_id, proposal.place, version)
        if same is not None:
            rules = [placed if each is same else each for each in order.rules]
        else:
            rules = [*(each for each in order.rules if each.place <= proposal.place), placed]
            rules += [each for each in order.rules if each.place > proposal.place]
        pairs = [pair for pair in context.earned_in_period if same is None or pair[0] != same.version.id]
        if version.definition.period is not None:
            pairs.append((PROPOSED, self._used(order, same)))
        return tuple(each.version for each in rules), replace(
            context, earned_in_period=tuple(pairs), segment_ids=order.segments_then
        )

    def _used(self, order: Past, same: Stored | None) -> int:
        """What the limit's period holds already: as the order knew it, and the difference made since."""
        period = self._period(order.context)
        tried = self._tried.get(period, 0)
        known = dict(order.context.earned_in_period)
        if same is not None and same.version.definition.period is self.proposal.definition.period:
            return max(0, known.get(same.version.id, 0) + tried - self._really.get(period, 0))
        earlier = self.before if period == self._of(self.proposal.first) else 0
        return earlier + tried

    def _period(self, context: EarnContext) -> date | None:
        return self._of(context.on)

    def _of(self, day: date) -> date | None:
        period = self.proposal.definition.period
        return None if period is None else period_of(period, day).first


def replayed(proposal: Proposal, orders: Sequence[Past], *, before: int = 0) -> list[tuple[int, int]]:
    """A whole history at once: for each order the points as they are and as they would be."""
    replay = Replay(proposal, before)
    return [replay.put(order) for order in orders]


def _given(earned: Earned, version_id: int | None) -> int:
    return sum(line.points for line in earned.lines if line.rule_version_id == version_id)


def _add(tally: dict[date | None, int], period: date | None, points: int) -> None:
    tally[period] = tally.get(period, 0) + points

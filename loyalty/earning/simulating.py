"""A sample order and what each rule gives it, by the same functions as real orders (PRODUCT I1, I2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from db.engine import loads, one, rows, snapshot
from db.enums import EarningTrigger, LineKind, RuleStatus, ZeroReason
from loyalty import calendar, clock, programmes
from loyalty.audiences.segments import ids_in, memberships_of
from loyalty.earning import rules as stored
from loyalty.earning.names import EarningNames
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rules.earning import EarnContext, LineFacts, OrderFacts, RuleDefinition, RuleVersion, earn
from loyalty.rules.earning_conditions import Barrier, barred_by
from loyalty.rules.naming import name_of
from loyalty.rules.orders import normalised_email

_DRAFTS = """SELECT v.id, v.definition FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id AND v.number = (
        SELECT max(w.number) FROM earning_rule_versions w WHERE w.programme_id = r.programme_id AND w.rule_id = r.id)
    WHERE r.programme_id = {} AND r.trigger = 'order' AND r.status = {} ORDER BY r.position, r.id"""

_WHO = """SELECT c.first_name, c.last_name, c.email, c.phone, c.order_count, s.tier_id, {member_of} FROM customers c
    LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id
    WHERE c.programme_id = {} AND c.email_key = {}"""


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One line of the sample. `amount_minor` is for all pieces together."""

    amount_minor: int
    quantity: int = 1
    kind: LineKind = LineKind.PRODUCT
    category: str | None = None
    tags: tuple[str, ...] = ()
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """An order that might be. `on` is a business day; tier and segments are of today, whatever the day.

    `whose`: the customer whose they are, empty for nobody in particular.
    """

    lines: tuple[SampleLine, ...]
    on: date
    tier_id: int | None = None
    store_id: int | None = None
    channel: str | None = None
    first_order: bool = False
    segment_ids: tuple[int, ...] = ()
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What one rule gave one line: points on `base_minor`, times the tier's `percent`."""

    rule: str
    points: int
    base_minor: int
    percent: int


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """A line of the sample: what each rule gave it, or why nothing."""

    line: SampleLine
    points: int
    given: tuple[Given, ...]
    zero: ZeroReason | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule: what it gave in all; `barrier` when it doesn't look at this order."""

    name: str
    definition: RuleDefinition
    draft: bool
    points: int
    barrier: Barrier | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The whole outcome; the points of the lines add up to `points`."""

    points: int
    lines: tuple[LineOutcome, ...]
    rules: tuple[RuleOutcome, ...]


async def simulate(
    programme_id: int, sample: Sample, names: EarningNames, *, drafts: bool = False
) -> Simulation:
    """What the rules in force on the sample's day would give, with `drafts` as if those were, too.

    Limits per period count as unused, and no one-shot multiplier takes part. Nothing is stored.
    """
    async with snapshot():
        programme = await programmes.get(programme_id)
        live = await stored.in_force(programme_id, EarningTrigger.ORDER, _moment(programme, sample.on))
        waiting = await rows(_DRAFTS, programme_id, RuleStatus.DRAFT) if drafts else []
    tried = [RuleVersion(row["id"], RuleDefinition.from_dict(loads(row["definition"]))) for row in waiting]
    percent = names.multipliers.get(sample.tier_id or 0, 100)
    context = EarnContext(
        on=sample.on,
        tier_id=sample.tier_id,
        tier_percent=percent,
        first_order=sample.first_order,
        segment_ids=sample.segment_ids,
    )
    return outcome(sample, (*live, *tried), context, {version.id for version in tried})


async def as_theirs(programme_id: int, sample: Sample, address: str) -> Sample:
    """The sample as if this customer had ordered: with their tier, their segments, their first order or not.

    Raises Invalid, naming `customer`, when nobody here has this e-mail address.
    """
    found = await one(
        _WHO.replace("{member_of}", memberships_of("c")), programme_id, normalised_email(address)
    )
    if found is None:
        raise Invalid("Nobody here has this e-mail address.", field="customer")
    return replace(
        sample,
        tier_id=found["tier_id"],
        segment_ids=tuple(sorted(ids_in(found["member_of"]))),
        first_order=not found["order_count"],
        whose=name_of(found),
    )


def outcome(
    sample: Sample, versions: Sequence[RuleVersion], context: EarnContext, drafts: set[int]
) -> Simulation:
    """The sample under these versions, told line by line and rule by rule."""
    order = _facts(sample)
    earned = earn(order, versions, context)
    by_id = {version.id: version.definition for version in versions}
    lines = []
    for place, line in enumerate(sample.lines):
        mine = [each for each in earned.lines if each.line == place]
        given = tuple(
            Given(by_id[each.rule_version_id].name, each.points, each.base_minor, each.multiplier_percent)
            for each in mine
            if each.rule_version_id is not None and each.points
        )
        points = sum(each.points for each in mine)
        zero = None if points else next((each.zero_reason for each in mine if each.zero_reason), None)
        lines.append(LineOutcome(line, points, given, zero))
    told = tuple(
        RuleOutcome(
            name=version.definition.name,
            definition=version.definition,
            draft=version.id in drafts,
            points=sum(each.points for each in earned.lines if each.rule_version_id == version.id),
            barrier=barred_by(version.definition, order, context),
        )
        for version in versions
    )
    return Simulation(earned.points, tuple(lines), told)


def _facts(sample: Sample) -> OrderFacts:
    lines = tuple(
        LineFacts(
            kind=line.kind,
            total_minor=line.amount_minor,
            kept_minor=line.amount_minor,
            quantity=line.quantity,
            kept_quantity=line.quantity,
            sku=line.sku,
            category=line.category,
            tags=line.tags,
        )
        for line in sample.lines
    )
    return OrderFacts(lines=lines, store_id=sample.store_id, channel=sample.channel)


def _moment(programme: Programme, day: date) -> datetime:
    return clock.now() if day == calendar.today(programme) else calendar.first_moment(programme, day)

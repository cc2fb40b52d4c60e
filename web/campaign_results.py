"""How what campaigns did reads to merchants: sentences with their ranges, and what the pictures are drawn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from db.enums import Arm, ContactChannel, RecipientState
from loyalty.campaigns.arriving import Went
from loyalty.campaigns.overview import Group
from loyalty.campaigns.reporting import Report
from loyalty.campaigns.stored import Wanted
from loyalty.rules.campaigns.intervals import Interval
from loyalty.rules.campaigns.results import DAYS, ArmResult, Comparison, Result
from web.campaign_words import ARMS, points
from web.filters import Formats
from web.words import Look


@dataclass(frozen=True, slots=True)
class Day:
    """Orders of a day, for 1,000 people of each arm, so that arms of any size can be drawn on one axis.

    `so_far`: the day isn't over.
    """

    since: date
    until: date
    treatment: int
    control: int
    broadcast: int
    so_far: bool


def lift(found: Comparison | None) -> str:
    """What the difference of two arms says, in a sentence; “inconclusive” where it says nothing. PRODUCT M4."""
    if found is None:
        return "Nobody was held back, so nothing can be said about what it did."
    gap = found.lift
    between = f"between {signed(gap.low)} and {signed(gap.high)} percentage points"
    if not gap.is_conclusive:
        return f"Inconclusive{_beside(found)}: the true difference lies {between}, so it may be none at all."
    way = "More" if gap.value > 0 else "Fewer"
    why = _than(found) or " because of it"
    return f"{way} people ordered{why}: {signed(gap.value)} percentage points, surely {between}."


def revenue(found: Comparison, fmt: Formats) -> str:
    """The same for money a member."""
    if found.few_buyers:
        return f"Too few ordered to say anything about money{_beside(found)}."
    return _money(found.revenue, fmt, _beside(found), _than(found))


def became(went: Went, fmt: Formats) -> str:
    """What is known of the messages of a channel beside how many opened them; empty: nothing."""
    if went.channel is ContactChannel.EMAIL:
        return f"Opened {fmt.num(went.opens)} times in all" if went.opens > went.opened else ""
    told = ((went.taken, "handed over"), (went.refused, "refused by your endpoint"))
    return ", ".join(f"{fmt.num(count)} {word}" for count, word in told if count)


def acquisition(result: Result, fmt: Formats) -> str:
    """What an additional buyer cost, or why that isn’t defined."""
    if result.beside(Arm.CONTROL) is None:
        return "Not defined: nobody was held back, so nobody knows who would have ordered anyway."
    if result.additional is None:
        return "Not defined: it may be that nobody ordered who wouldn’t have anyway."
    found = result.an_acquisition
    if found is None:
        return f"Not known: {unknown(result)}."
    if not found.value:
        return "Nothing but the message: what was given has cost nothing so far."
    low, high = fmt.money(round(found.low)), fmt.money(round(found.high))
    return f"{fmt.money(round(found.value))}, surely between {low} and {high}."


def unknown(result: Result) -> str:
    """Why nobody knows what it cost."""
    return (
        "say under Programme what a point is worth"
        if result.given.known
        else "only your shop knows its codes"
    )


def additional(result: Result, fmt: Formats) -> str:
    """How many more ordered because of it."""
    found = result.additional
    if found is None:
        return "Maybe nobody"
    return f"{fmt.num(round(found.value))}, surely between {fmt.num(round(found.low))} and {fmt.num(round(found.high))}"


def together(group: Group) -> str:
    """What several campaigns did on average, in a sentence."""
    gap = group.buyers
    if gap is None:
        return "No campaign held anybody back, so nothing can be said about what they did."
    over = "One campaign" if group.compared == 1 else f"{group.compared} campaigns"
    between = f"between {signed(gap.low)} and {signed(gap.high)} percentage points"
    if not gap.is_conclusive:
        return f"Inconclusive: over {over.lower()} with a holdout the average lies {between}, so it may be none at all."
    way = "more" if gap.value > 0 else "fewer"
    what = f"{way} people ordered because of them, {signed(gap.value)} percentage points"
    return f"{over} with a holdout: {what}, surely {between}."


def money_together(group: Group, fmt: Formats) -> str:
    """The same for money a member."""
    return _money(group.money, fmt) if group.money else ""


def points_between(gap: Interval | None) -> str:
    """A difference of shares with its range, short; a dash where there is none."""
    return f"{signed(gap.value)} ({signed(gap.low)} to {signed(gap.high)})" if gap else "–"


def money_between(gap: Interval | None, fmt: Formats) -> str:
    """A difference in money with its range, short; a dash where there is none."""
    if gap is None:
        return "–"
    low, high = fmt.money(round(gap.low)), fmt.money(round(gap.high))
    return f"{fmt.money(round(gap.value))} ({low} to {high})"


def span(share: Interval, highest: float) -> tuple[int, int, int]:
    """Where an interval is drawn on a line of 1 000: its low end, its value, its high end."""
    scale = 1000 / highest if highest else 0
    return round(share.low * scale), round(share.value * scale), round(share.high * scale)


def days(found: Report, fmt: Formats) -> list[Day]:
    """The days begun when orders were counted, the first being the 24 hours from the campaign’s beginning."""
    started, counted = found.campaign.started_at, found.counted_at
    assert started is not None
    assert counted is not None
    first = fmt.local(started).date()
    whole = min(DAYS, (counted - started).days)
    rates = {arm: _rates(found.result.of(arm)) for arm in Arm}
    return [
        Day(
            first + timedelta(days=day),
            first + timedelta(days=day),
            rates[Arm.TREATMENT][day],
            rates[Arm.CONTROL][day],
            rates[Arm.BROADCAST][day],
            so_far=day == whole,
        )
        for day in range(min(DAYS, whole + 1))
    ]


def drawn(result: Result) -> list[tuple[str, str, str]]:
    """The lines of the picture: what each is called, and its attribute of a day."""
    return [(ARMS[each.arm], each.arm.value, "") for each in result.arms]


def _money(gap: Interval, fmt: Formats, beside: str = "", than: str = "") -> str:
    between = f"between {fmt.money(round(gap.low))} and {fmt.money(round(gap.high))}"
    if not gap.is_conclusive:
        return f"Inconclusive for money{beside}: {between} a member."
    way = "more" if gap.value > 0 else "less"
    return f"{fmt.money(round(abs(gap.value)))} {way} a member{than}, surely {between}."


def _beside(found: Comparison) -> str:
    return "" if found.base is Arm.CONTROL else " beside the general message"


def _than(found: Comparison) -> str:
    return "" if found.base is Arm.CONTROL else " than with the general message"


def _rates(arm: ArmResult | None) -> list[int]:
    if arm is None or not arm.assigned:
        return [0] * DAYS
    return [round(orders * 1000 / arm.assigned) for orders in arm.days]


def signed(share: float) -> str:
    """A difference of shares in percentage points, with its sign: 0.0123 → +1.2."""
    tenths = round(share * 1000)
    return f"{'+' if tenths > 0 else '−' if tenths < 0 else ''}{points(abs(tenths))}"


def labels(looks: Mapping[RecipientState, Look]) -> list[tuple[RecipientState, str]]:
    """What outcomes are called, for a list to choose from."""
    return [(state, look.label) for state, look in looks.items()]


def named(segments: Iterable[Wanted]) -> list[tuple[str, str]]:
    """Segments to choose from, by public id."""
    return [(each.uid, each.name) for each in segments]

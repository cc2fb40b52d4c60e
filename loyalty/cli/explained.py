"""An explanation as a tree of sentences for the terminal."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.markup import escape
from rich.tree import Tree

from loyalty.ledger.balances import Balance
from loyalty.ledger.explanations import EntryExplained, Explanation, LineExplained, LotExplained
from loyalty.programmes import Programme
from loyalty.rules.days import zone
from loyalty.rules.money import plain


def tree(explanation: Explanation, programme: Programme) -> Tree:
    """Balance → lots → entries → rule version → order lines. Days are the programme's."""
    where = zone(programme.time_zone)
    who = explanation.name or explanation.email or explanation.customer_uid
    root = Tree(
        escape(f"{who} ({explanation.type}) has {programme.amount(explanation.balance.available)} available")
    )
    for sentence in _sums(explanation.balance, programme, where):
        root.add(sentence)
    for lot in explanation.lots:
        _lot(root.add(escape(_lot_words(lot, programme, where))), lot, programme, where)
    if explanation.spent_lots:
        root.add(f"{explanation.spent_lots} lots are used up (--spent shows them)")
    return root


def _sums(balance: Balance, programme: Programme, where: ZoneInfo) -> list[str]:
    parts = [f"{balance.earned:,} earned"]
    for points, word in (
        (balance.redeemed, "redeemed"),
        (balance.expired, "expired"),
        (balance.clawed_back, "clawed back"),
    ):
        if points:
            parts.append(f"− {points:,} {word}")
    if balance.adjusted:
        parts.append(f"{'+' if balance.adjusted > 0 else '−'} {abs(balance.adjusted):,} adjusted")
    sentences = [" ".join(parts) + f" = {programme.amount(balance.available + balance.pending)}"]
    if balance.pending:
        sentences.append(f"{programme.amount(balance.pending)} pending")
    if balance.debt:
        sentences.append(f"{programme.amount(balance.debt)} owed")
    if balance.next_expiry:
        sentences.append(
            f"{programme.amount(balance.next_expiry.points)} expire {_day(balance.next_expiry.at, where)}"
        )
    return sentences


def _lot_words(lot: LotExplained, programme: Programme, where: ZoneInfo) -> str:
    left = f"{lot.remaining:,} of {programme.amount(lot.points)} left"
    ends = lot.lapses_at or lot.expires_at
    dates = f"available {_day(lot.available_at, where)}"
    return f"{left}, {dates}" + (f", until {_day(ends, where)}" if ends else "")


def _lot(branch: Tree, lot: LotExplained, programme: Programme, where: ZoneInfo) -> None:
    entry = lot.opened_by
    credit = branch.add(escape(f"+{entry.points:,} {entry.kind} {_day(entry.at, where)}: {_said(entry)}"))
    if entry.rule:
        credit.add(escape(f"rule “{entry.rule.name}”, version {entry.rule.number}: {entry.rule.words}"))
    if entry.order:
        order = entry.order
        money = f"{plain(order.total_minor, order.currency)} {order.currency}"
        back = f", {plain(order.refunded_minor, order.currency)} refunded" if order.refunded_minor else ""
        bought = credit.add(escape(f"order {order.name}: {money}{back}"))
        for line in order.lines:
            bought.add(escape(_line(line, programme, order.currency)))
    for draw in lot.draws:
        sign = "−" if draw.points > 0 else "+"
        branch.add(escape(f"{sign}{abs(draw.points):,} {draw.kind} {_day(draw.at, where)}: {draw.comment}"))


def _line(line: LineExplained, programme: Programme, currency: str) -> str:
    what = line.title or line.component
    if not line.points:
        return f"{what}: 0, {line.zero_reason.replace('_', ' ')}"
    times = f" × {line.multiplier_percent} %" if line.multiplier_percent != 100 else ""
    times += f" × {line.boost_percent} % once" if line.boost_percent != 100 else ""
    return (
        f"{what}: {programme.amount(line.points)} = {line.rate} of {plain(line.base_minor, currency)}{times}"
    )


def _said(entry: EntryExplained) -> str:
    return f"{entry.comment} ({entry.reason})" if entry.reason else entry.comment or "no comment"


def _day(at: datetime, where: ZoneInfo) -> str:
    return f"{at.astimezone(where):%Y-%m-%d}"

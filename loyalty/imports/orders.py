"""Importing a platform's orders export."""

from dataclasses import dataclass
from pathlib import Path

from loyalty import audit, programmes
from loyalty.imports.batches import Progress, applied
from loyalty.imports.checking import counted
from loyalty.imports.stores import reading, store_for
from loyalty.integrations import integration
from loyalty.orders.checking import refuse_order
from loyalty.orders.receiving import Received, receive
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.orders import IncomingOrder


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the file's orders; `earned` and `taken_back` in points of this run."""

    orders: int
    created: int = 0
    earned: int = 0
    taken_back: int = 0
    dry_run: bool = False

    @property
    def sentence(self) -> str:
        if self.dry_run:
            return f"{self.orders:,} orders can be read; nothing was written."
        known = self.orders - self.created
        return (
            f"{self.orders:,} orders read: {self.created:,} new, {known:,} known already;"
            f" {self.earned:,} earned, {self.taken_back:,} taken back for refunds."
        )


async def run(
    programme_id: int,
    path: Path,
    platform: str,
    store: str | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    extra_columns: bool = False,
    by: Actor = SYSTEM,
) -> Report:
    """Read the whole file, then receive each order as a webhook would bring it.

    Raises Invalid naming row and column of the first thing that can't be read, or the row of the first
    order that can't be, such as one in another currency, before anything is written.
    """
    programme = await programmes.get(programme_id)
    channel = await store_for(programme, platform, store)
    export, how = integration(platform).export, reading(programme, extra_columns=extra_columns)
    count = counted(
        path, export.read_orders(path, how), lambda order: refuse_order(order, programme.currency)
    )
    if dry_run:
        return Report(count, dry_run=True)

    async def apply(record: tuple[int, IncomingOrder]) -> Received:
        return await receive(programme_id, channel.id, record[1], pays_signup=False)

    created = earned = taken_back = 0
    async for outcome in applied(export.read_orders(path, how), apply, progress):
        created += outcome.is_new
        earned += outcome.settled.earned
        taken_back += outcome.settled.clawed - outcome.settled.returned
    report = Report(count, created, earned, taken_back)
    await audit.record(programme_id, "orders.imported", ("store", channel.id), report.sentence, by=by)
    return report

"""Importing a platform's customers export."""

from dataclasses import dataclass
from pathlib import Path

from loyalty import audit, programmes
from loyalty.customers.checking import refuse_customer
from loyalty.customers.receiving import Received, receive
from loyalty.imports.batches import Progress, applied
from loyalty.imports.checking import counted
from loyalty.imports.stores import reading, store_for
from loyalty.integrations import integration
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.orders import IncomingCustomer


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the file's rows. `nameless`: rows with neither id nor address."""

    rows: int
    created: int = 0
    joined: int = 0
    nameless: int = 0
    dry_run: bool = False

    @property
    def sentence(self) -> str:
        if self.dry_run:
            return f"{self.rows:,} customers can be read; nothing was written."
        known = self.rows - self.created - self.nameless
        return f"{self.rows:,} customers read: {self.created:,} new, {self.joined:,} joined, {known:,} known already."


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
    """Read the whole file, then meet, make or update each customer; imported history pays no signup bonus.

    Raises Invalid naming row and column of the first thing that can't be read, or the row of the first
    customer that can't be, before anything is written.
    """
    programme = await programmes.get(programme_id)
    channel = await store_for(programme, platform, store)
    export, how = integration(platform).export, reading(programme, extra_columns=extra_columns)
    count = counted(path, export.read_customers(path, how), refuse_customer)
    if dry_run:
        return Report(count, dry_run=True)

    async def apply(record: tuple[int, IncomingCustomer]) -> Received:
        return await receive(programme_id, channel.id, record[1], pays_signup=False)

    created = joined = nameless = 0
    async for outcome in applied(export.read_customers(path, how), apply, progress):
        created += outcome.created
        joined += outcome.registered
        nameless += outcome.customer_id is None
    report = Report(count, created, joined, nameless)
    await audit.record(programme_id, "customers.imported", ("store", channel.id), report.sentence, by=by)
    return report

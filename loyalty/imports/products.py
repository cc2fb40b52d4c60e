"""Importing a platform's products export: what its orders' lines find their category in."""

from dataclasses import dataclass
from pathlib import Path

from loyalty import audit, programmes
from loyalty.imports.batches import Progress, applied
from loyalty.imports.checking import counted
from loyalty.imports.stores import reading, store_for
from loyalty.integrations import integration
from loyalty.products.receiving import receive
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.products import IncomingProduct, refuse_product


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the file's products. `kept`: those it said something new about."""

    products: int
    kept: int = 0
    dry_run: bool = False

    @property
    def sentence(self) -> str:
        if self.dry_run:
            return f"{self.products:,} products can be read; nothing was written."
        return (
            f"{self.products:,} products read; {self.products - self.kept:,} the platform had told of before."
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
    """Read the whole file, then keep each product that no webhook has told of; orders there stay as they are.

    Shops and their apps add columns to this export, so unknown ones are left aside. Raises Invalid naming row
    and column of the first thing that can't be read, before anything is written.
    """
    programme = await programmes.get(programme_id)
    channel = await store_for(programme, platform, store)
    export, how = integration(platform).export, reading(programme, extra_columns=extra_columns)
    count = counted(path, export.read_products(path, how), refuse_product)
    if dry_run:
        return Report(count, dry_run=True)

    async def apply(record: tuple[int, IncomingProduct]) -> bool:
        return await receive(programme_id, channel.id, record[1])

    kept = 0
    async for news in applied(export.read_products(path, how), apply, progress):
        kept += news
    report = Report(count, kept)
    await audit.record(programme_id, "products.imported", ("store", channel.id), report.sentence, by=by)
    return report

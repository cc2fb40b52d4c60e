"""Importing points: opening balances from another loyalty app, and corrections by file. PRODUCT N1."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from db.engine import Row, one
from db.enums import BatchState
from loyalty import clock, programmes
from loyalty.batches import running
from loyalty.batches.starting import Filed, earlier_file, start_from_file
from loyalty.errors import Invalid
from loyalty.imports import points_sheet
from loyalty.imports.batches import Progress
from loyalty.imports.points_people import meant
from loyalty.imports.points_sheet import Bad
from loyalty.languages import message as _
from loyalty.ledger.lifetimes import zone_of
from loyalty.programmes import Programme
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.batches import people
from loyalty.rules.days import day_end, local_day
from loyalty.rules.points_files import PointsRow

COMMENT = _("Brought over")
"""What a member reads where the file says nothing."""

AT_ONCE = 500
SHOWN = 20
"""So many rows that can't be used are told one by one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the file's rows, one a person; `added` and `taken` in points.

    `unchanged`: rows that change nothing. `bad`: rows left out, each as a sentence that names it. `refused`:
    people whose points couldn't be posted after all. `known`: the file was imported before.
    """

    rows: int
    added: int = 0
    taken: int = 0
    people: int = 0
    unchanged: int = 0
    refused: int = 0
    bad: tuple[str, ...] = ()
    batch: str | None = None
    state: str = ""
    known: bool = False
    dry_run: bool = False

    @property
    def sentence(self) -> str:
        if self.known:
            return (
                "This file was imported before, so nothing was changed. To import it once more,"
                " take the first import back or say --again."
            )
        parts = [
            f"{self.rows:,} rows read: {people(self.people)}, {self.added:,} added, {self.taken:,} taken"
        ]
        parts += [f"{self.unchanged:,} without change"] if self.unchanged else []
        parts += [f"{len(self.bad):,} left out"] if self.bad else []
        parts += [f"{people(self.refused)} couldn't be changed"] if self.refused else []
        end = "; nothing was written." if self.dry_run else "."
        if self.state == BatchState.CANCELLED:
            end = "; it was stopped before the end."
        return ", ".join(parts) + end


@dataclass(slots=True)
class _Verdict:
    """What the file as a whole would do: for whom, and what stands in the way."""

    balances: bool
    rows: int = 0
    unchanged: int = 0
    added: int = 0
    taken: int = 0
    asked: dict[int, dict[str, Any]] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)

    async def judge(self, programme: Programme, part: Sequence[PointsRow | Bad], store: str | None) -> None:
        """Find out whom these rows mean and what they change."""
        self.rows += len(part)
        self.bad += [row for row in part if isinstance(row, Bad)]
        readable = [row for row in part if isinstance(row, PointsRow)]
        for found in await meant(programme.id, readable, store, balances=self.balances):
            if isinstance(found, Bad):
                self.bad.append(found)
            elif found.customer_id in self.asked:
                self.bad.append(Bad(found.row.row, _twice(self.asked[found.customer_id]["row"])))
            elif found.change == 0:
                self.unchanged += 1
            else:
                self.added += max(found.change, 0)
                self.taken += max(-found.change, 0)
                self.asked[found.customer_id] = _asked(found.row, programme)
        self.bad.sort(key=lambda bad: bad.row)

    def report(self, filed: Filed | None = None, ended: Row | None = None, *, dry_run: bool) -> Report:
        """The verdict, or what became of it: the batch as it ended."""
        bad = tuple(f"row {each.row}: {each.why}" for each in self.bad)
        would = Report(
            self.rows, self.added, self.taken, len(self.asked), self.unchanged, bad=bad, dry_run=dry_run
        )
        if filed is None or ended is None:
            return would
        return replace(
            would,
            added=ended["added"],
            taken=ended["taken"],
            people=ended["done"],
            refused=ended["refused"],
            batch=filed.uid,
            state=ended["state"],
            known=filed.known,
        )


def _asked(row: PointsRow, programme: Programme) -> dict[str, Any]:
    until = day_end(row.last_day, zone_of(programme)).isoformat() if row.last_day else None
    return {
        "row": row.row,
        "points": row.points,
        "reason": row.reason,
        "comment": row.comment,
        "expires_at": until,
    }


def _twice(row: int) -> str:
    return f"It means the same person as row {row}; a person can stand in the file once."


async def run(
    programme_id: int,
    path: Path,
    *,
    store: str | None = None,
    balances: bool = False,
    leave_out: bool = False,
    again: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    extra_columns: bool = False,
    by: Actor = SYSTEM,
) -> Report:
    """Read the whole file, judge each row, then post its points as one batch that can be undone.

    With `balances` each person's available points become what the file says. A file that was imported before
    changes nothing, unless it was taken back or `again`; one that was cut short goes on. Raises Invalid, naming
    each row that can't be used, before anything is written, unless `leave_out`.
    """
    programme = await programmes.get(programme_id)
    today = local_day(clock.now(), zone_of(programme))
    digest, verdict = hashlib.sha256(f"{balances} {store}".encode()), _Verdict(balances)
    sheet = points_sheet.read(path, today, balances=balances, comment=COMMENT, extra_columns=extra_columns)
    while part := list(islice(sheet, AT_ONCE)):
        digest.update(repr([astuple(row)[1:] for row in part]).encode())
        await verdict.judge(programme, part, store)
    filed = None if again else await earlier_file(programme_id, digest.hexdigest())
    if filed is None:
        if verdict.bad and not leave_out:
            raise Invalid(_told(path.name, verdict))
        if dry_run or not verdict.asked:
            return verdict.report(dry_run=dry_run)
        args = {"file": path.name[:200], "set": balances}
        filed = await start_from_file(
            programme_id, args, verdict.asked, by=by, digest=digest.hexdigest(), again=again
        )
    if not dry_run:
        await running.forwards(programme_id, filed.id, progress)
    return verdict.report(filed, await _outcome(programme_id, filed), dry_run=dry_run)


async def _outcome(programme_id: int, filed: Filed) -> Row:
    found = await one(
        "SELECT state, done, refused, added, taken FROM batches WHERE programme_id = {} AND id = {}",
        programme_id,
        filed.id,
    )
    assert found is not None
    return found


def _told(name: str, verdict: _Verdict) -> str:
    """What is wrong with the file, row by row."""
    bad = verdict.bad
    which = "1 row can't be used" if len(bad) == 1 else f"{len(bad):,} rows can't be used"
    lines = [f"{name}: {which}, so nothing was written. Mend the file, or say --leave-out."]
    lines += [f"  row {each.row}: {each.why}" for each in bad[:SHOWN]]
    if len(bad) > SHOWN:
        lines.append(f"  and {len(bad) - SHOWN:,} more")
    return "\n".join(lines)

"""The balance proof: every invariant, in one view of the data, with the names of what breaks it (PRODUCT O3)."""

from dataclasses import dataclass

from db.engine import is_sqlite, rows, snapshot, take_time
from loyalty import sealing
from loyalty.ledger.invariants import ALL, Invariant

MOST_NAMED = 20

CHAIN, UNBROKEN = (
    "audit_chain_holds",
    "Every action carries the hash of the one before it, from the first on.",
)
CHECKS = len(ALL) + 1
"""The invariants, and the audit trail's chain."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken invariant of one programme. `count` is exact; `offenders` are at most 20 of them.

    Offenders are named by kind and public id, never by anything personal.
    """

    programme_id: int
    name: str
    sentence: str
    count: int
    offenders: tuple[str, ...]


async def verify(programme_id: int | None = None) -> list[Finding]:
    """Check one programme, or every one. Empty: nothing is wrong. PRODUCT C6, O3.

    All checks read the same snapshot, so a busy shop can be verified while it works.
    """
    async with snapshot():
        await take_time()
        programmes = [programme_id] if programme_id is not None else await all_programmes()
        checked = [await _check(id_, invariant) for id_ in programmes for invariant in ALL]
        checked += [await _chain(id_) for id_ in programmes]
    return [finding for finding in checked if finding is not None]


async def _chain(programme_id: int) -> Finding | None:
    broken = await sealing.first_break(programme_id)
    return Finding(programme_id, CHAIN, UNBROKEN, 1, (broken,)) if broken else None


async def all_programmes() -> list[int]:
    """The ids of every programme there is."""
    return [
        row["programme_id"] for row in await rows("SELECT programme_id FROM programmes ORDER BY programme_id")
    ]


async def _check(programme_id: int, invariant: Invariant) -> Finding | None:
    query = invariant.sqlite if invariant.sqlite and is_sqlite() else invariant.sql
    broken = await rows(
        f"SELECT offender, count(*) OVER () AS n FROM ({query}) broken ORDER BY offender LIMIT {MOST_NAMED}",
        programme_id,
    )
    if not broken:
        return None
    named = tuple(row["offender"] for row in broken)
    return Finding(programme_id, invariant.name, invariant.sentence, broken[0]["n"], named)

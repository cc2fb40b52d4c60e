"""The balance proof: every invariant, in one view of the data, with the names of what breaks it (PRODUCT O3)."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from db.engine import is_sqlite, rows, snapshot, take_time
from loyalty import sealing
from loyalty.ledger.invariants import ALL, READINGS, Invariant, Reading

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
        found: list[Finding] = []
        for id_ in programmes:
            for reading in READINGS:
                found += await _broken(id_, reading)
            found += await _chain(id_)
    return found


async def _chain(programme_id: int) -> list[Finding]:
    broken = await sealing.first_break(programme_id)
    return [Finding(programme_id, CHAIN, UNBROKEN, 1, (broken,))] if broken else []


async def all_programmes() -> list[int]:
    """The ids of every programme there is."""
    return [
        row["programme_id"] for row in await rows("SELECT programme_id FROM programmes ORDER BY programme_id")
    ]


async def _broken(programme_id: int, reading: Invariant | Reading) -> list[Finding]:
    found = await rows(
        f"""SELECT name, offender, n FROM (SELECT name, offender, count(*) OVER (PARTITION BY name) AS n,
              row_number() OVER (PARTITION BY name ORDER BY offender) AS place
            FROM ({reading.query(sqlite=is_sqlite())}) broken) named WHERE place <= {MOST_NAMED}
            ORDER BY name, offender""",
        programme_id,
    )
    named = {name: list(each) for name, each in groupby(found, key=itemgetter("name"))}
    return [
        Finding(
            programme_id,
            each.name,
            each.sentence,
            named[each.name][0]["n"],
            tuple(row["offender"] for row in named[each.name]),
        )
        for each in reading.invariants
        if each.name in named
    ]

"""Segments that quizzes, polls, challenges and pledges name: there as long as one leads to them (PRODUCT K3)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from db.engine import loads, rows
from db.enums import SegmentKind
from loyalty.rules import segment_declarations as declarations
from loyalty.rules.actors import SYSTEM
from loyalty.rules.segment_declarations import Declaration
from loyalty.segments import archiving, declaring, naming, stored, trying, uses

_EDITIONS = """SELECT s.key, e.definition FROM surveys s
    JOIN survey_editions e ON e.programme_id = s.programme_id AND e.id = s.edition_id
    WHERE s.programme_id = {} ORDER BY s.id"""


async def follow(programme_id: int) -> None:
    """Bring these segments to what surveys say now, in the caller's transaction, which holds the segments.

    A name nothing leads to any more is archived, unless a merchant added to it or a built segment looks at
    it. A name that people enter otherwise is left alone: publishing refuses it.
    """
    named = await _named(programme_id)
    there = {each.name: each for each in await stored.live(programme_id)}
    stale = {
        each.name: Declaration.of(each.definition)
        for each in there.values()
        if each.kind is SegmentKind.DECLARED
    }
    changed = {
        name: replace(said, named=named.get(name, ()))
        for name, said in stale.items()
        if set(said.named) != set(named.get(name, ()))
    }
    new = {name: Declaration(named=outcomes) for name, outcomes in named.items() if name not in there}
    if not changed and not new:
        return
    known = (await trying.known(programme_id))["preference"]
    for name, said in new.items():
        await declaring.add(programme_id, name, said, known, by=SYSTEM)
    for name, said in changed.items():
        segment = there[name]
        if said.is_nobody and not await uses.used_in(programme_id, segment):
            await archiving.archive(programme_id, segment)
            continue
        words = declarations.described(said, known)
        await stored.redefine(programme_id, segment, said.stored, by=SYSTEM, description=words)


async def _named(programme_id: int) -> Mapping[str, tuple[str, ...]]:
    """Which outcomes lead to each name, in what members see or saw last."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in await rows(_EDITIONS, programme_id):
        for outcome in loads(row["definition"])["outcomes"]:
            if name := outcome["segment"][: naming.LONGEST].strip():
                found[name].append(f"{row['key']}:{outcome['key']}")
    return {name: tuple(outcomes) for name, outcomes in found.items()}

"""Segments as conditions of other things: chosen by public id, read by name (PRODUCT E1, E4, I1)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from db.engine import is_sqlite, loads, rows
from loyalty.errors import Invalid

MOST = 20
GONE = "a former segment"

_SEGMENTS = """SELECT s.id, s.uid, s.name, s.archived_at FROM segments s WHERE s.programme_id = {}
    ORDER BY CASE s.kind WHEN 'value' THEN 1 WHEN 'behavioural' THEN 2 WHEN 'declared' THEN 3 ELSE 4 END,
      s.position, s.name, s.id"""


@dataclass(frozen=True, slots=True)
class SegmentNames:
    """Names by id: `live` are those that can be chosen, as the list of segments shows them, `former` the archived.

    `uids` are the public ids of all of them: what forms speak of them by.
    """

    live: Mapping[int, str]
    former: Mapping[int, str]
    uids: Mapping[int, str]

    def name(self, segment_id: int) -> str:
        return self.live.get(segment_id) or self.former.get(segment_id) or GONE

    def names(self, segment_ids: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.name(id_) for id_ in segment_ids)

    def known(self, uids: Iterable[str]) -> tuple[int, ...]:
        """The ids behind public ids, each once; −1 for one that isn't of this programme."""
        known = {uid: id_ for id_, uid in self.uids.items()}
        return tuple(dict.fromkeys(known.get(uid, -1) for uid in uids))

    def ids(self, uids: Iterable[str], *, kept: Collection[int] = ()) -> tuple[int, ...]:
        """The ids behind public ids. `kept` were chosen before, so they may be archived by now.

        Raises Invalid for another one that isn't live, or too many.
        """
        found = self.known(uids)
        self.require(found, kept=kept)
        return found

    def require(self, segment_ids: Collection[int], *, kept: Collection[int] = ()) -> None:
        """Raises Invalid, naming `segments`, unless each of these can be chosen or is `kept`."""
        if len(segment_ids) > MOST:
            raise Invalid(f"Choose at most {MOST} segments.", field="segments")
        for id_ in segment_ids:
            if id_ not in self.live and id_ not in kept:
                name = self.former.get(id_)
                said = f"{name} is archived; choose another segment." if name else "Choose from the list."
                raise Invalid(said, field="segments")

    def choices(self, kept: Collection[int] = ()) -> Mapping[str, str]:
        """Names by public id: what can be chosen, and what was."""
        former = {id_: f"{name} (archived)" for id_, name in self.former.items() if id_ in kept}
        return {self.uids[id_]: name for id_, name in {**self.live, **former}.items()}


async def segment_names(programme_id: int) -> SegmentNames:
    """Every segment a programme has or had; one query."""
    found = await rows(_SEGMENTS, programme_id)
    return SegmentNames(
        live={row["id"]: row["name"] for row in found if row["archived_at"] is None},
        former={row["id"]: row["name"] for row in found if row["archived_at"] is not None},
        uids={row["id"]: row["uid"] for row in found},
    )


def names_of(alias: str) -> str:
    """SQL: the names of the segments in the column `segment_ids` of a table, for `names_in`."""
    joined = "group_concat" if is_sqlite() else "string_agg"
    inside = (
        f"g.id IN (SELECT value FROM json_each({alias}.segment_ids))"
        if is_sqlite()
        else f"{alias}.segment_ids @> to_jsonb(g.id)"
    )
    return (
        f"(SELECT {joined}(g.name, '\n') FROM segments g"
        f" WHERE g.programme_id = {alias}.programme_id AND {inside}) AS segment_names"
    )


def names_in(text: str | None) -> tuple[str, ...]:
    """What `names_of` found, in order."""
    return tuple(sorted(text.split("\n"))) if text else ()


def memberships_of(alias: str) -> str:
    """SQL: the segments a customer of a table `c` is in now, as one text for `ids_in`."""
    joined = "group_concat" if is_sqlite() else "string_agg"
    return (
        f"(SELECT {joined}(CAST(g.segment_id AS TEXT), ',') FROM segment_members g"
        f" WHERE g.programme_id = {alias}.programme_id AND g.customer_id = {alias}.id) AS member_of"
    )


def ids_in(text: str | None) -> frozenset[int]:
    """What `memberships_of` found."""
    return frozenset(int(id_) for id_ in text.split(",")) if text else frozenset()


def stored_ids(column: object) -> tuple[int, ...]:
    """What a column `segment_ids` holds."""
    return tuple(loads(column))

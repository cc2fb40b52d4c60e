"""Names in the file, ids in the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loyalty.audiences.segments import GONE
from loyalty.errors import Invalid
from loyalty.programme_files.parts import ProgrammeFile


@dataclass(frozen=True, slots=True)
class Names:
    """Store handles, tier and segment names to ids, reward names to (id, uid).

    Segments aren't made by a file; `segments` are those the programme has.
    """

    stores: Mapping[str, int]
    tiers: Mapping[str, int]
    rewards: Mapping[str, tuple[int, str]]
    segments: Mapping[str, int]

    @classmethod
    def assumed(cls, file: ProgrammeFile) -> "Names":
        """Made-up ids for everything the file names, to check it before anything is stored."""
        return cls(
            {store.handle: at for at, store in enumerate(file.stores, start=1)},
            {tier.name: at for at, tier in enumerate(file.tiers, start=1)},
            {reward.name: (at, reward.name) for at, reward in enumerate(file.rewards, start=1)},
            {name: at for at, name in enumerate(sorted(segments_in(file)), start=1)},
        )


def ids(names: list[str], known: Mapping[str, int], field: str) -> list[int]:
    """The ids of these names. Raises Invalid for one the file, or of segments the programme, doesn't have."""
    for name in names:
        if not isinstance(name, str) or name not in known:
            where = "programme" if field == "segments" else "file"
            raise Invalid(f"there is no “{name}” in this {where}.", field=field)
    return [known[name] for name in names]


def segments_in(file: ProgrammeFile) -> frozenset[str]:
    """The segments that rewards and earning rules of a file are for. Raises Invalid for what is no list of names."""
    listed = [("rewards", each.segments) for each in file.rewards]
    listed += [("earning", rule.get("segments", [])) for rule in file.earning]
    for field, names in listed:
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise Invalid(f"{field}, segments: must be a list of names.", field=field)
    return frozenset(name for _, names in listed for name in names)


def of(ids_: list[int], known: Mapping[str, int]) -> list[str]:
    """The names of these ids; what is gone is left out."""
    by_id = {id_: name for name, id_ in known.items()}
    return [by_id[id_] for id_ in ids_ if id_ in by_id]


def of_segments(ids_: Iterable[int], known: Mapping[str, int]) -> list[str]:
    """The names of these segments. One that is gone has no name that could be applied: left out, it would let in
    everybody.
    """
    by_id = {id_: name for name, id_ in known.items()}
    return [by_id.get(id_, GONE) for id_ in ids_]

"""Names in the file, ids in the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from loyalty.errors import Invalid
from loyalty.programme_files.parts import ProgrammeFile


@dataclass(frozen=True, slots=True)
class Names:
    """Store handles and tier names to ids, reward names to (id, uid)."""

    stores: Mapping[str, int]
    tiers: Mapping[str, int]
    rewards: Mapping[str, tuple[int, str]]

    @classmethod
    def assumed(cls, file: ProgrammeFile) -> "Names":
        """Made-up ids for everything the file names, to check it before anything is stored."""
        return cls(
            {store.handle: at for at, store in enumerate(file.stores, start=1)},
            {tier.name: at for at, tier in enumerate(file.tiers, start=1)},
            {reward.name: (at, reward.name) for at, reward in enumerate(file.rewards, start=1)},
        )


def ids(names: list[str], known: Mapping[str, int], field: str) -> list[int]:
    """The ids of these names. Raises Invalid for one the file doesn't have."""
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise Invalid(f"there is no “{name}” in this file.", field=field)
    return [known[name] for name in names]


def of(ids_: list[int], known: Mapping[str, int]) -> list[str]:
    """The names of these ids; what is gone is left out."""
    by_id = {id_: name for name, id_ in known.items()}
    return [by_id[id_] for id_ in ids_ if id_ in by_id]

"""What earning rules speak of by id: the programme's stores, tiers and segments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from db.engine import rows
from loyalty.audiences.segments import SegmentNames, segment_names

_STORES = "SELECT id, uid, name FROM stores WHERE programme_id = {} ORDER BY name, id"
_TIERS = """SELECT id, uid, name, multiplier_percent, archived_at FROM tiers
    WHERE programme_id = {} ORDER BY rank, id"""


@dataclass(frozen=True, slots=True)
class EarningNames:
    """Names by id; `tiers` are those that can be chosen, by rank, `former` those that are gone.
    `multipliers` are the percents of the living tiers: 150 earns one and a half.
    `uids` are the public ids of stores and tiers: what forms speak of them by; `segments` has its own.

    `richer` says who earns more by their tier: “Silver and up”, empty when nobody does.
    """

    stores: Mapping[int, str]
    tiers: Mapping[int, str]
    former: Mapping[int, str]
    multipliers: Mapping[int, int]
    uids: Mapping[int, str]
    richer: str
    segments: SegmentNames

    def choices(self, known: Mapping[int, str]) -> list[tuple[str, str]]:
        """Public ids and names of stores or tiers, to choose from."""
        return [(self.uids[id_], name) for id_, name in known.items()]

    def ids(self, uids: Iterable[str]) -> tuple[int, ...]:
        """The ids behind public ids; −1 for one that isn't of this programme."""
        known = {uid: id_ for id_, uid in self.uids.items()}
        return tuple(known.get(uid, -1) for uid in uids)

    def tier(self, tier_id: int) -> str:
        return self.tiers.get(tier_id) or self.former.get(tier_id) or "a former tier"


async def names(programme_id: int) -> EarningNames:
    """The stores, tiers and segments of a programme. Three queries."""
    stores, tiers = await rows(_STORES, programme_id), await rows(_TIERS, programme_id)
    live = [tier for tier in tiers if tier["archived_at"] is None]
    more = [tier["name"] for tier in live if tier["multiplier_percent"] > 100]
    rising = more and [tier["name"] for tier in live[-len(more) :]] == more
    return EarningNames(
        stores={row["id"]: row["name"] for row in stores},
        tiers={row["id"]: row["name"] for row in live},
        former={row["id"]: row["name"] for row in tiers if row["archived_at"] is not None},
        multipliers={row["id"]: row["multiplier_percent"] for row in live},
        uids={row["id"]: row["uid"] for row in (*stores, *tiers)},
        richer=_richer(more, bool(rising)),
        segments=await segment_names(programme_id),
    )


def _richer(more: list[str], rising: bool) -> str:
    if not more:
        return ""
    if len(more) == 1:
        return f"{more[0]} members"
    return f"{more[0]} and up" if rising else " and ".join([", ".join(more[:-1]), more[-1]])

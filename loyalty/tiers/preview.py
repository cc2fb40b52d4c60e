"""Who would move where if the tiers changed, before anybody does (PRODUCT F3).

Counted by the database, or member by member where membership years are everybody's own; never more
than a batch of people is in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db.engine import rows
from db.enums import TierDowngrade, TierWindow
from loyalty import clock, programmes, turning
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of
from loyalty.rules.tier_previews import destination
from loyalty.rules.tiers import Tier, TierPolicy, find, rank
from loyalty.tiers.census import Statement, in_their_own_year, summed

Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Flow:
    """Members going one way. Names of tiers, None for no tier.

    `from_step` and `to_step` count the tiers from below in the present and in the changed ladder, 0 is none.
    """

    from_step: int
    to_step: int
    from_name: str | None
    to_name: str | None
    members: int
    up: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Everybody's way, the largest group first, and how many stay."""

    flows: tuple[Flow, ...]
    staying: int

    @property
    def moving(self) -> int:
        return sum(flow.members for flow in self.flows)


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who would move; `metric` is what counts for them: minor units, points or orders."""

    uid: str
    name: str
    email: str | None
    metric: int


@dataclass(frozen=True, slots=True)
class Movers:
    """One keyset page, by when they became known."""

    rows: tuple[Mover, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A changed ladder beside the present one. `policy` None: tiers are given by hand, so only removed ones move."""

    programme_id: int
    policy: TierPolicy | None
    before: Sequence[Tier]
    after: Sequence[Tier]


async def preview(asked: Question) -> Preview:
    """Apply changed tiers to every member without changing anything. PRODUCT F3.

    Where everyone ends up once periods and graces are over; floors given by hand are left aside. Tiers that
    stay keep their ids.
    """
    programme = await programmes.get(asked.programme_id)
    counts = await _counts(asked, clock.now(), zone(programme.time_zone))
    flows = [_flow(asked, pair, members) for pair, members in counts.items() if pair[0] != pair[1]]
    staying = sum(members for pair, members in counts.items() if pair[0] == pair[1])
    return Preview(
        tuple(sorted(flows, key=lambda flow: (-flow.members, flow.from_step, flow.to_step))), staying
    )


async def movers(asked: Question, from_step: int, to_step: int, cursor: str | None = None) -> Movers:
    """The people of one flow. Raises Invalid for a damaged cursor."""
    programme = await programmes.get(asked.programme_id)
    now, here = clock.now(), zone(programme.time_zone)
    pair = _id_at(asked.before, from_step), _id_at(asked.after, to_step)
    if asked.policy is not None and asked.policy.window is TierWindow.ANNIVERSARY:
        return await _movers_one_by_one(asked, asked.policy, pair, cursor, now, here)
    turn = turning.turn(cursor, int, rising=True)
    moved = _moved(asked, now, here)
    place, key = (f" AND m.id {turn.beyond} {{}}", turn.key) if turn.key else ("", ())
    sql = f"""SELECT c.id, c.uid, c.first_name, c.last_name, c.email, c.phone, m.metric
        FROM ({moved.sql}) m JOIN customers c ON c.programme_id = {{}} AND c.id = m.id
        WHERE {_is("m.from_id", pair[0])} AND {_is("m.to_id", pair[1])}{place}
        ORDER BY m.id {turn.order} LIMIT {turn.limit}"""
    found = await rows(sql, *moved.args, asked.programme_id, *key)
    page = turn.page(found, lambda row: (row["id"],))
    return Movers(
        tuple(Mover(row["uid"], name_of(row), row["email"], row["metric"]) for row in page.items),
        page.previous,
        page.next,
    )


async def _counts(asked: Question, now: datetime, here: ZoneInfo) -> dict[Pair, int]:
    if asked.policy is not None and asked.policy.window is TierWindow.ANNIVERSARY:
        counts: dict[Pair, int] = {}
        async for member in in_their_own_year(asked.programme_id, asked.policy, now, here):
            pair = _pair(asked, asked.policy, member.tier_id, member.metric)
            counts[pair] = counts.get(pair, 0) + 1
        return counts
    moved = _moved(asked, now, here)
    found = await rows(
        f"SELECT from_id, to_id, count(*) AS members FROM ({moved.sql}) m GROUP BY from_id, to_id",
        *moved.args,
    )
    return {(row["from_id"], row["to_id"]): row["members"] for row in found}


def _moved(asked: Question, now: datetime, here: ZoneInfo) -> Statement:
    """`destination` as SQL: id, from_id, to_id and metric of every member. Numbers of ours, so written out."""
    members = summed(asked.programme_id, asked.policy or TierPolicy(), now, here)
    known = ", ".join(str(tier.id) for tier in asked.before) or "0"
    from_id = f"CASE WHEN x.tier_id IN ({known}) THEN x.tier_id END"
    sql = f"SELECT x.id, x.metric, {from_id} AS from_id, {_case(asked)} AS to_id FROM ({members.sql}) x"
    return Statement(sql, members.args)


def _case(asked: Question) -> str:
    if asked.policy is None:
        kept = ", ".join(str(tier.id) for tier in asked.after) or "0"
        return f"CASE WHEN x.tier_id IN ({kept}) THEN x.tier_id END"
    ladder, whens = sorted(asked.after, key=rank), []
    never = asked.policy.downgrade is TierDowngrade.NEVER
    for step, tier in enumerate(ladder):
        above = f" AND x.metric < {ladder[step + 1].threshold}" if step + 1 < len(ladder) else ""
        kept = "" if never else f" AND x.metric >= {tier.keeps_at}"
        whens.append(f"WHEN x.tier_id = {tier.id}{kept}{above} THEN {tier.id}")
    whens += [f"WHEN x.metric >= {tier.threshold} THEN {tier.id}" for tier in reversed(ladder)]
    return f"CASE {' '.join(whens)} END" if whens else "CAST(NULL AS BIGINT)"


async def _movers_one_by_one(
    asked: Question, policy: TierPolicy, pair: Pair, cursor: str | None, now: datetime, here: ZoneInfo
) -> Movers:
    """Only forwards: where to look for the people before somebody isn't known without looking."""
    turn = turning.turn(cursor, int)
    after, found = int(str(turn.key[0])) if turn.key else 0, {}
    async for member in in_their_own_year(asked.programme_id, policy, now, here, after=after):
        if _pair(asked, policy, member.tier_id, member.metric) == pair:
            found[member.id] = member.metric
        if len(found) == turn.limit:
            break
    marks = ", ".join(["{}"] * len(found)) or "0"
    people = await rows(
        f"SELECT id, uid, first_name, last_name, email, phone FROM customers"
        f" WHERE programme_id = {{}} AND id IN ({marks}) ORDER BY id",
        asked.programme_id,
        *found,
    )
    page = turn.page(people, lambda row: (row["id"],))
    return Movers(
        tuple(Mover(row["uid"], name_of(row), row["email"], found[row["id"]]) for row in page.items),
        None,
        page.next,
    )


def _pair(asked: Question, policy: TierPolicy, tier_id: int | None, metric: int) -> Pair:
    was, will = find(asked.before, tier_id), destination(policy, asked.after, tier_id, metric)
    return (was.id if was else None, will.id if will else None)


def _flow(asked: Question, pair: Pair, members: int) -> Flow:
    was, will = find(asked.before, pair[0]), find(asked.after, pair[1])
    stands = find(asked.after, pair[0])
    return Flow(
        from_step=_step(asked.before, was),
        to_step=_step(asked.after, will),
        from_name=was.name if was else None,
        to_name=will.name if will else None,
        members=members,
        up=rank(will) > rank(stands),
    )


def _step(ladder: Sequence[Tier], tier: Tier | None) -> int:
    return 0 if tier is None else 1 + [each.id for each in sorted(ladder, key=rank)].index(tier.id)


def _id_at(ladder: Sequence[Tier], step: int) -> int | None:
    ordered = sorted(ladder, key=rank)
    return ordered[step - 1].id if 1 <= step <= len(ordered) else None


def _is(column: str, id_: int | None) -> str:
    return f"{column} IS NULL" if id_ is None else f"{column} = {id_}"

"""Everybody's segments, in full: facts, yardstick, scores, members, sizes (PRODUCT K5).

A part of the people at a time, each part in a transaction of its own, so that nobody at a till waits for
more than a fraction of a second. `following` may look at somebody between two parts, and may move the
yardstick: so each part is judged by what stands then, and its moves are numbered then.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from db.engine import atomic, hold, join_widely, retried, run, take_time
from db.enums import MoveCause, SegmentKind
from db.ids import first_id
from loyalty import clock, programmes
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rules.days import local_day, zone
from loyalty.rules.segment_maps import NO_PURCHASES
from loyalty.segments import (
    days,
    footing,
    judging,
    measuring,
    nights,
    reaching,
    scoring,
    seeding,
    sizes,
    surveyed,
)
from loyalty.segments.footing import Footing, Yardstick
from loyalty.segments.judging import Moved, Round
from loyalty.segments.scopes import Scope, parts
from loyalty.segments.stored import Segment


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The last whole day that counted, and how many entries and exits there were."""

    day: date
    entered: int
    left: int


async def refresh(
    programme_id: int, *, as_of: date | None = None, night: bool = False, cause: MoveCause = MoveCause.NIGHT
) -> Refreshed:
    """Look at everybody again. PRODUCT K.

    `as_of` is the last whole day to count, and nothing later counts then; None is yesterday, and what
    happened today counts where a segment looks at today. `night` marks one of the nights after which
    entries and exits are told. Moves carry the moment now, or the end of `as_of` unless the programme's
    segments stand at a later one already. Raises Invalid for a day that isn't over.
    """
    programme = await programmes.get(programme_id)
    at, segments = await _begin(programme, as_of)
    stands = await _stands(programme_id)
    known = await footing.policy(programme_id)
    async for part in parts(programme_id):
        await _facts(stands, part)
    stands = await _measured(stands, known, segments)
    moved = Moved()
    async for part in parts(programme_id):
        moved += await judge_part(programme_id, segments, part, cause, at=at)
    await _end(stands, segments, at or clock.now(), night=night)
    return Refreshed(days.day_of(stands.day), moved.entered, moved.left)


@retried
async def _begin(programme: Programme, as_of: date | None) -> tuple[datetime | None, tuple[Segment, ...]]:
    """Set the day everybody is judged at from now on; the moment of all moves, unless it is now, and the segments."""
    here = zone(programme.time_zone)
    async with atomic():
        await hold("segments", programme.id)
        at = None
        yesterday = days.number(local_day(clock.now(), here)) - 1
        day = yesterday if as_of is None else days.number(as_of)
        if day > yesterday:
            raise Invalid("Segments look at whole days, and this one isn't over yet.", field="as_of")
        before = await footing.state(programme.id)
        ends = days.starts(day + 1, here)
        until = None if as_of is None else first_id(ends)
        if as_of is not None and (
            before is None or before.refreshed_at is None or before.refreshed_at <= ends
        ):
            at = ends
        stick = before.footing.yardstick if before else Yardstick()
        map_ = (await footing.policy(programme.id)).map
        await footing.save(Footing(programme.id, here, day, until, stick, map_))
        await surveyed.follow(programme.id)
        return at, await seeding.ensure(programme.id, map_)


async def _stands(programme_id: int) -> Footing:
    state = await footing.state(programme_id)
    assert state is not None, "a refresh begins by writing it"
    return state.footing


@retried
async def _facts(stands: Footing, part: Scope) -> None:
    async with atomic():
        await hold("segments", stands.programme_id)
        await join_widely()
        await reaching.write(stands, part)


@retried
async def _measured(stands: Footing, known: footing.Policy, segments: tuple[Segment, ...]) -> Footing:
    async with atomic():
        await hold("segments", stands.programme_id)
        await take_time()
        stick = await measuring.measure(stands, known, segments, gaps=True, values=True)
        measured = replace(stands, yardstick=stick)
        await footing.save(measured)
        return measured


@retried
async def judge_part(
    programme_id: int,
    segments: tuple[Segment, ...],
    part: Scope,
    cause: MoveCause,
    *,
    at: datetime | None = None,
) -> Moved:
    """Bring a part of everybody where they belong by what stands now, in a transaction of its own."""
    async with atomic():
        await hold("segments", programme_id)
        await join_widely()
        stands = await _stands(programme_id)
        return await judged(stands, segments, part, await nights.begun(programme_id, cause, at=at))


async def judged(stands: Footing, segments: tuple[Segment, ...], scope: Scope, round_: Round) -> Moved:
    """Score these people and bring them where they belong, in the caller's transaction."""
    ids = {segment.name: segment.id for segment in segments if segment.kind is SegmentKind.VALUE}
    await scoring.score(stands, ids, ids[NO_PURCHASES], scope)
    return await judging.judge(stands, segments, scope, round_)


@retried
async def _end(stands: Footing, segments: tuple[Segment, ...], now: datetime, *, night: bool) -> None:
    programme_id = stands.programme_id
    async with atomic():
        await hold("segments", programme_id)
        await take_time()
        await join_widely()
        await sizes.write(stands)
        for segment in segments:
            await run(
                "UPDATE segments SET judged_version = {} WHERE programme_id = {} AND id = {} AND judged_version <> {}",
                segment.version,
                programme_id,
                segment.id,
                segment.version,
            )
        await run("UPDATE segment_states SET refreshed_at = {} WHERE programme_id = {}", now, programme_id)
        if night:
            await nights.pass_(programme_id, now)

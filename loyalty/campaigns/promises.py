"""What campaigns promised somebody: what they can still use, and what became of the rest. PRODUCT M1."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from db.engine import Row, loads, rows
from db.enums import OfferKind
from loyalty import clock
from loyalty.bonuses.settling import COUNTS
from loyalty.rules.multipliers import is_title, scope_from_dict
from loyalty.rules.price_cuts import Cut

MOST = 20

_DONE = f"""(SELECT count(*) FROM orders o WHERE o.programme_id = b.programme_id AND o.customer_id = b.customer_id
    AND {COUNTS})"""
_MINE = f"""SELECT 'multiplier' AS kind, m.name, m.percent, 0 AS points, 0 AS nth, 0 AS done, '' AS code,
      m.valid_until AS until, CAST(m.scope AS TEXT) AS scope FROM multipliers m
    WHERE m.programme_id = {{0}} AND m.customer_id = {{1}} AND m.status = 'waiting' AND m.valid_until > {{2}}
    UNION ALL SELECT 'price_cut', r.name, p.percent, r.points_price, 0, 0, '', p.ends_at, '' FROM price_cuts p
    JOIN rewards r ON r.programme_id = p.programme_id AND r.id = p.reward_id
    WHERE p.programme_id = {{0}} AND p.customer_id = {{1}} AND p.ended_at IS NULL AND p.ends_at > {{2}}
      AND r.status = 'active' AND r.redeemable = true
    UNION ALL SELECT 'nth_order', '', 0, b.points, b.nth, {_DONE}, '', b.valid_until, '' FROM order_bonuses b
    WHERE b.programme_id = {{0}} AND b.customer_id = {{1}} AND b.status = 'waiting' AND b.valid_until > {{2}}
    UNION ALL SELECT 'code', '', 0, 0, 0, 0, k.code, k.valid_until, '' FROM campaign_codes k
    WHERE k.programme_id = {{0}} AND k.customer_id = {{1}} AND k.valid_until > {{2}}
    ORDER BY 8, 2, 7 LIMIT {MOST}"""
_GIVEN = f"""SELECT 'nth_order' AS kind, '' AS name, 0 AS percent, b.points, b.nth, {_DONE} AS done, '' AS code,
      b.valid_until AS until, b.granted_at AS given, b.status, c.name AS campaign, o.name AS order_name
    FROM order_bonuses b JOIN campaigns c ON c.programme_id = b.programme_id AND c.id = b.campaign_id
    LEFT JOIN orders o ON o.programme_id = b.programme_id AND o.id = b.order_id
    WHERE b.programme_id = {{0}} AND b.customer_id = {{1}}
    UNION ALL SELECT 'price_cut', r.name, p.percent, r.points_price, 0, 0, '', coalesce(p.ended_at, p.ends_at),
      p.created_at, CASE WHEN p.ended_at IS NULL THEN 'waiting' ELSE 'withdrawn' END, c.name, NULL FROM price_cuts p
    JOIN rewards r ON r.programme_id = p.programme_id AND r.id = p.reward_id
    JOIN campaigns c ON c.programme_id = p.programme_id AND c.id = p.campaign_id
    WHERE p.programme_id = {{0}} AND p.customer_id = {{1}}
    UNION ALL SELECT 'code', '', 0, 0, 0, 0, k.code, k.valid_until, k.given_at, 'given', c.name, NULL
    FROM campaign_codes k JOIN campaigns c ON c.programme_id = k.programme_id AND c.id = k.campaign_id
    WHERE k.programme_id = {{0}} AND k.customer_id = {{1}}
    ORDER BY 9 DESC, 11 LIMIT {MOST}"""


class State(StrEnum):
    """Where a promise is, with the date taken into account. A code is `given`: only the shop knows of its use."""

    WAITING = "waiting"
    EARNED = "earned"
    OVER = "over"
    WITHDRAWN = "withdrawn"
    GIVEN = "given"


_WHILE = (State.WAITING, State.GIVEN)
"""What a date ends."""


@dataclass(frozen=True, slots=True)
class Promise:
    """`name` of a reward or a multiplier. `points` of a bonus, or what the reward costs now instead of `was`.

    `done` of `nth` orders have come; `uses` is for how many orders a multiplier is; `until` the first moment at
    which it is over. `percent` of a multiplier that nobody named, on what is `where`
    (empty: on everything); one that somebody named is called so.
    """

    kind: OfferKind
    name: str
    points: int
    was: int
    nth: int
    done: int
    code: str
    until: datetime
    uses: int = 1
    percent: int = 0
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A promise as staff read it: which campaign gave it and when, and the order that earned it."""

    promise: Promise
    state: State
    given: datetime
    campaign: str
    order_name: str | None


async def usable(programme_id: int, customer_id: int) -> tuple[Promise, ...]:
    """What a member can use now, soonest to end first; one statement."""
    now = clock.now()
    found = await rows(_MINE, programme_id, customer_id, now)
    return tuple(_counted(_promise(row) for row in found))


async def given(programme_id: int, customer_id: int) -> tuple[Given, ...]:
    """The latest twenty price cuts, order bonuses and codes that campaigns gave; one statement.

    One-shot multipliers and rewards have lists of their own.
    """
    now = clock.now()
    return tuple(
        Given(
            _promise(row),
            State.OVER if row["status"] in _WHILE and row["until"] <= now else State(row["status"]),
            row["given"],
            row["campaign"],
            row["order_name"],
        )
        for row in await rows(_GIVEN, programme_id, customer_id)
    )


def _promise(row: Row) -> Promise:
    kind, points, was = OfferKind(row["kind"]), row["points"], 0
    percent, where = 0, tuple[str, ...]()
    if kind is OfferKind.PRICE_CUT:
        cut = Cut(uid="", starts_at=row["until"], ends_at=row["until"], percent=row["percent"])
        points, was = cut.points(points), points
    elif kind is OfferKind.MULTIPLIER:
        scope = scope_from_dict(loads(row["scope"]))
        if is_title(row["name"], row["percent"], scope):
            percent, where = row["percent"], (*scope.categories, *scope.tags, *scope.products, *scope.skus)
    return Promise(
        kind,
        row["name"],
        points,
        was,
        row["nth"],
        min(row["done"], row["nth"]),
        row["code"],
        row["until"],
        percent=percent,
        where=where,
    )


def _counted(found: Iterable[Promise]) -> Iterable[Promise]:
    """The same promise several times is one for several orders."""
    for promise, same in groupby(found):
        yield replace(promise, uses=len(tuple(same)))

"""After any events, members are what a refresh of everybody would make them (PRODUCT K5)."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from db.engine import Database, atomic, rows, run, value
from db.ids import new_id
from loyalty import clock, due
from loyalty.customers.moving import exclude
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.cast import Cast, assemble
from tests.factories import Person

NOW = datetime.fromisoformat("2026-06-15T10:00:00+00:00")
PEOPLE = 160
EVENTS = 260

_MEMBERS = """SELECT s.handle, m.customer_id FROM segment_members m
    JOIN segments s ON s.programme_id = m.programme_id AND s.id = m.segment_id
    WHERE m.programme_id = {} ORDER BY s.handle, m.customer_id"""
_FACTS = "SELECT * FROM segment_facts WHERE programme_id = {} ORDER BY customer_id"
_STICK = "SELECT yardstick, day FROM segment_states WHERE programme_id = {}"


class Shop:
    """Random people who buy, send back, save, redeem, review, invite and leave; the same ones every time."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.luck, self.reward = cast, random.Random(seed), 0
        self.people: list[Person] = []
        self.happenings: tuple[Callable[[Person], Awaitable[None]], ...] = (
            self.buys, self.buys, self.buys, self.bought_long_ago, self.sends_back, self.cancels, self.gets_points,
            self.reviews, self.reviews, self.reviews, self.invites, self.redeems, self.leaves,
        )  # fmt: skip

    async def opens(self, people: int) -> None:
        for _ in range(people):
            await self.joins()
            for _ in range(min(8, int(self.luck.expovariate(0.3) + 0.5))):
                await self.buys(self.people[-1], at=self.moment(500))

    async def joins(self) -> None:
        number = len(self.people)
        kind = factories.CustomerType.GUEST if self.luck.random() < 0.1 else factories.CustomerType.MEMBER
        joined = self.moment(200)
        name, email = f"P{number} Doe", f"p{number}@example.org"
        async with atomic():
            self.people.append(
                await factories.customer(self.cast.programme_id, name, email=email, kind=kind, at=joined)
            )
            await due.note(self.cast.programme_id, self.people[-1].id)

    async def happens(self, count: int) -> None:
        for _ in range(count):
            who = self.luck.choice(self.people)
            async with atomic():
                await self.luck.choice(self.happenings)(who)
                await due.note(self.cast.programme_id, who.id)
            if self.luck.random() < 0.05:
                await self.joins()
            if self.luck.random() < 0.1:
                await follow(self.cast.programme_id)

    def moment(self, days: int) -> datetime:
        return NOW - timedelta(minutes=self.luck.randrange(days * 1440))

    async def buys(self, who: Person, at: datetime | None = None) -> None:
        at = at or NOW - timedelta(minutes=self.luck.randrange(600))
        await factories.order(who, self.cast.web.id, self.luck.randrange(100, 9000), at=at)

    async def bought_long_ago(self, who: Person) -> None:
        await self.buys(who, at=self.moment(900))

    async def sends_back(self, who: Person) -> None:
        await self._orders(who, "refunded_minor = total_minor / 2")

    async def cancels(self, who: Person) -> None:
        await self._orders(who, "status = 'cancelled'")

    async def _orders(self, who: Person, change: str) -> None:
        await run(
            f"UPDATE orders SET {change} WHERE programme_id = {{}} AND id = (SELECT min(id) FROM orders"
            " WHERE programme_id = {} AND customer_id = {} AND status = 'paid' AND refunded_minor = 0)",
            who.programme_id,
            who.programme_id,
            who.id,
        )

    async def gets_points(self, who: Person) -> None:
        if await self._is_member(who):
            await factories.give(who, self.luck.randrange(1, 900), at=NOW)

    async def reviews(self, who: Person) -> None:
        at = self.moment(200)
        await factories.insert(
            "reviews", programme_id=who.programme_id, id=new_id(at), uid=f"v{new_id(at)}", external_id=f"{new_id(at)}",
            customer_id=who.id, product_key="mug", rating=5, status="approved", submitted_at=at, decided_at=at,
        )  # fmt: skip

    async def invites(self, who: Person) -> None:
        at = self.moment(200)
        await factories.insert(
            "referrals", programme_id=who.programme_id, id=new_id(at), uid=f"r{new_id(at)}", referrer_id=who.id,
            status="completed", completed_at=at, evidence=[], signals=[],
        )  # fmt: skip

    async def redeems(self, who: Person) -> None:
        at = self.moment(200)
        await factories.insert(
            "issued_rewards", programme_id=who.programme_id, id=new_id(at), uid=f"i{new_id(at)}", customer_id=who.id,
            reward_id=self.reward, source="redemption", code=f"CODE{new_id(at)}", status="outstanding", price={},
            key=f"k{new_id(at)}", issued_at=at,
        )  # fmt: skip

    async def leaves(self, who: Person) -> None:
        if self.luck.random() < 0.2 and await self._is_member(who):
            await exclude(who.programme_id, who.id, by=self.cast.mara, reason="For a test")

    async def _is_member(self, who: Person) -> bool:
        kind = await value(
            "SELECT type FROM customers WHERE programme_id = {} AND id = {}", who.programme_id, who.id
        )
        return bool(kind == "member")


async def test_members_are_what_a_refresh_of_everybody_makes_them(db: Database) -> None:
    with clock.at(NOW):
        shop = Shop(await assemble(), seed=5)
        p = shop.cast.programme_id
        shop.reward = (await factories.reward(p, price=120)).id
        await factories.reward(p, "€10 off", price=240)
        await shop.opens(PEOPLE)
        await refresh(p)
        assert (
            await value("SELECT count(*) FROM segment_facts WHERE programme_id = {} AND f_count > 0", p) > 100
        )
        await shop.happens(EVENTS)
        await follow(p)
        followed = [await rows(sql, p) for sql in (_MEMBERS, _FACTS, _STICK)]
        done = await refresh(p)
        assert [await rows(sql, p) for sql in (_MEMBERS, _FACTS, _STICK)] == followed
        assert (done.entered, done.left) == (0, 0)
        assert {row["handle"] for row in followed[0]} >= {"value:champion", "vips", "engaged_advocates"}

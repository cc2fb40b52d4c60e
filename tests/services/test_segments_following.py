"""After any events, members are what a refresh of everybody would make them (PRODUCT K5)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.engine import Database, atomic, insert_many, rows, run, value
from db.enums import SegmentKind
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.ledger.invariants import segments
from loyalty.ledger.verifying import verify
from loyalty.rules.segment_declarations import Declaration
from loyalty.segments import following, refreshing, stored
from loyalty.segments.following import follow
from loyalty.segments.footing import Footing
from loyalty.segments.refreshing import refresh
from loyalty.segments.stored import New
from tests import factories
from tests.cast import Cast, assemble
from tests.rows import Rows

NOW = datetime.fromisoformat("2026-06-15T10:00:00+00:00")
PEOPLE, EVENTS = 160, 10_000
ROUNDS = (1, 2, 7, 30, 110, 350, 1_500, 3_000, 5_000)
"""How many events there are before people are looked at again; together EVENTS."""
OFTEN = {
    "all": [
        {"fact": "orders", "at_least": 2, "days": 30},
        {"none": [{"fact": "preference", "is": "likes:tea"}]},
    ]
}

_MEMBERS = """SELECT s.handle, m.customer_id FROM segment_members m
    JOIN segments s ON s.programme_id = m.programme_id AND s.id = m.segment_id
    WHERE m.programme_id = {} ORDER BY s.handle, m.customer_id"""
_FACTS = "SELECT * FROM segment_facts WHERE programme_id = {} ORDER BY customer_id"
_STICK = "SELECT yardstick, day FROM segment_states WHERE programme_id = {}"


class Shop:
    """Random people who buy, send back, save, redeem, review, invite, tell and leave; the same every time.

    What happens is gathered and written together: rows that are new, then statements about older ones.
    """

    def __init__(self, cast: Cast, reward: int, seed: int) -> None:
        self.cast, self.reward, self.luck = cast, reward, random.Random(seed)
        self.people: list[int] = []
        self.orders: dict[int, list[int]] = {}
        self.seqs: dict[int, int] = {}
        self.begins()
        self.happenings: tuple[Callable[[int], None], ...] = (
            self.buys, self.buys, self.buys, self.bought_long_ago, self.sends_back, self.cancels, self.gets_points,
            self.reviews, self.invites, self.redeems, self.tells, self.tells, self.leaves,
        )  # fmt: skip

    def begins(self) -> None:
        self.rows, self.later = Rows(self.cast.programme_id), list[tuple[str, tuple[object, ...]]]()
        self.due: set[int] = set()

    async def writes(self) -> None:
        """Everything that happened, with a note of whom it happened to."""
        p = self.cast.programme_id
        async with atomic():
            await self.rows.write()
            for sql, args in self.later:
                await run(sql, *args)
            await insert_many(
                "segment_due",
                ("programme_id", "customer_id", "taken"),
                [(p, id_, 0) for id_ in self.due],
                on_conflict="DO NOTHING",
            )
        self.begins()

    def joins(self) -> None:
        at, number = self.moment(200), len(self.people)
        id_, uid = new_id(at), new_uid()
        kind = "guest" if self.luck.random() < 0.1 else "member"
        self.people.append(id_)
        self.rows.add(
            "customers", id=id_, uid=uid, type=kind, first_name=f"P{number}", birth_month=number % 13 or None,
            birth_day=9 if number % 13 else None, referral_code=uid, card_number=uid, last_activity_at=at,
            joined_at=at, created_at=at,
        )  # fmt: skip
        self.rows.add("accounts", customer_id=id_)
        self.due.add(id_)

    def opens(self, people: int) -> None:
        for _ in range(people):
            self.joins()
            for _ in range(min(8, int(self.luck.expovariate(0.3) + 0.5))):
                self.buys(self.people[-1], at=self.moment(500))

    def happens(self, count: int) -> None:
        for _ in range(count // 100):
            self.joins()
        for _ in range(count):
            who = self.luck.choice(self.people)
            self.luck.choice(self.happenings)(who)
            self.due.add(who)

    def moment(self, days: int) -> datetime:
        return NOW - timedelta(minutes=self.luck.randrange(days * 1440))

    def buys(self, who: int, at: datetime | None = None) -> None:
        at = at or NOW - timedelta(minutes=self.luck.randrange(600))
        id_, uid, minor = new_id(at), new_uid(), self.luck.randrange(100, 9000)
        self.orders.setdefault(who, []).append(id_)
        self.rows.add(
            "orders", id=id_, uid=uid, store_id=self.cast.web.id, external_id=uid, name="#", customer_id=who,
            status="paid", currency="EUR", total_minor=minor, discount_codes="[]", placed_at=at, received_at=at,
        )  # fmt: skip

    def bought_long_ago(self, who: int) -> None:
        self.buys(who, at=self.moment(900))

    def sends_back(self, who: int) -> None:
        self._orders(who, "refunded_minor = total_minor / 2")

    def cancels(self, who: int) -> None:
        self._orders(who, "status = 'cancelled'")

    def _orders(self, who: int, change: str) -> None:
        if self.orders.get(who):
            place = self.luck.randrange(len(self.orders[who]))
            sql = f"UPDATE orders SET {change} WHERE programme_id = {{}} AND id = {{}}"
            self.later.append((sql, (self.cast.programme_id, self.orders[who].pop(place))))

    def gets_points(self, who: int) -> None:
        at, points = self.moment(100), self.luck.randrange(1, 900)
        seq = self.seqs[who] = self.seqs.get(who, 0) + 1
        id_, uid = new_id(at), new_uid()
        self.rows.add(
            "ledger_entries", id=id_, uid=uid, customer_id=who, seq=seq, kind="adjust", points=points,
            balance_after=points, effective_at=at, recorded_at=at, breakdown="{}", actor_kind="system",
            actor_name="Test", key=uid, fingerprint="0" * 64,
        )  # fmt: skip
        self.rows.add(
            "lots", id=id_, customer_id=who, entry_id=id_, points=points, remaining=points, available_at=at
        )
        self.later.append((
            "UPDATE accounts SET earned = earned + {} WHERE programme_id = {} AND customer_id = {}",
            (points, self.cast.programme_id, who),
        ))  # fmt: skip

    def reviews(self, who: int) -> None:
        at, uid = self.moment(200), new_uid()
        self.rows.add(
            "reviews", id=new_id(at), uid=uid, external_id=uid, customer_id=who, product_key="mug", rating=5,
            status="approved", submitted_at=at, decided_at=at,
        )  # fmt: skip

    def invites(self, who: int) -> None:
        at = self.moment(200)
        self.rows.add(
            "referrals", id=new_id(at), uid=new_uid(), referrer_id=who, status="completed", completed_at=at,
            evidence="[]", signals="[]",
        )  # fmt: skip

    def redeems(self, who: int) -> None:
        at = self.moment(200)
        id_, uid = new_id(at), new_uid()
        self.rows.add(
            "issued_rewards", id=id_, uid=uid, customer_id=who, reward_id=self.reward, source="redemption",
            code=f"CODE{id_}", status="outstanding", price="{}", key=uid, issued_at=at,
        )  # fmt: skip

    def tells(self, who: int) -> None:
        """One answer instead of another, or none any more."""
        p, told = self.cast.programme_id, self.luck.choice(("coffee", "tea", ""))
        gone = "DELETE FROM preference_choices WHERE programme_id = {} AND question_key = 'likes' AND customer_id = {}"
        self.later.append((gone, (p, who)))
        if told:
            self.later.append((
                "INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)"
                " VALUES ({}, 'likes', {}, {}, {})",
                (p, told, who, NOW),
            ))  # fmt: skip

    def leaves(self, who: int) -> None:
        if self.luck.random() < 0.1:
            gone = "type = 'left', left_at = {}"
            sql = f"UPDATE customers SET {gone} WHERE programme_id = {{}} AND id = {{}} AND type <> 'left'"
            self.later.append((sql, (NOW, self.cast.programme_id, who)))


async def _opened(seed: int) -> Shop:
    """A shop whose segments were refreshed once, with two of its own."""
    cast = await assemble()
    p = cast.programme_id
    reward = await factories.reward(p, price=120)
    await factories.reward(p, "€10 off", price=240)
    coffee = Declaration(("likes:coffee",)).stored
    async with atomic():
        await stored.add(p, New("declared:coffee", "Coffee", SegmentKind.DECLARED, coffee))
        await stored.add(p, New("custom:often", "Often", SegmentKind.CUSTOM, {"tree": OFTEN}, position=1))
    shop = Shop(cast, reward.id, seed)
    shop.opens(PEOPLE)
    await shop.writes()
    await refresh(p)
    return shop


async def test_members_are_what_a_refresh_of_everybody_makes_them_after_ten_thousand_events(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(ROUNDS) == EVENTS
    monkeypatch.setattr(following, "FEW", PEOPLE // 3)  # so that both ways are gone
    with clock.at(NOW):
        shop = await _opened(seed=5)
        p = shop.cast.programme_id
        bought = "SELECT count(*) FROM segment_facts WHERE programme_id = {} AND f_count > 0"
        assert await value(bought, p) > 100
        for events in ROUNDS:
            shop.happens(events)
            await shop.writes()
            await follow(p)
        followed = [await rows(sql, p) for sql in (_MEMBERS, _FACTS, _STICK)]
        done = await refresh(p)
        assert [await rows(sql, p) for sql in (_MEMBERS, _FACTS, _STICK)] == followed
        assert (done.entered, done.left) == (0, 0)
        handles = {row["handle"] for row in followed[0]}
        assert handles >= {"value:champion", "engaged_advocates", "declared:coffee", "custom:often"}


async def test_what_happens_amid_a_refresh_is_kept_and_moves_in_order(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(NOW):
        shop = await _opened(seed=6)
        p, measured = shop.cast.programme_id, refreshing._measured

        async def amid(*args: Any) -> Footing:
            stands = await measured(*args)
            shop.happens(300)
            await shop.writes()
            await follow(p)
            return stands

        shop.happens(300)
        await shop.writes()
        monkeypatch.setattr(refreshing, "_measured", amid)
        await refresh(p)
        monkeypatch.undo()
        await follow(p)
        followed = [await rows(sql, p) for sql in (_MEMBERS, _FACTS, _STICK)]
        done = await refresh(p)
        assert [await rows(sql, p) for sql in (_MEMBERS, _FACTS, _STICK)] == followed
        assert (done.entered, done.left) == (0, 0)
        names = {each.name for each in segments.INVARIANTS}
        assert [found for found in await verify(p) if found.name in names] == []

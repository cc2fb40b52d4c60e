"""What the database refuses by itself, whatever the code above it tries. PRODUCT A2, C1, C6."""

import pytest

from db.engine import Refused, atomic, is_sqlite, rows, run
from db.enums import CustomerType
from db.ids import new_id, new_uid
from loyalty.customers import moving
from loyalty.errors import AlreadyDone, LoyaltyError
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.ledger.shop import Shop, earned, refund, spent

GROWING = (
    "ledger_entries",
    "allocations",
    "expiry_moves",
    "type_changes",
    "actions",
    "refunds",
    "earning_rule_versions",
)


@pytest.fixture
async def busy(shop: Shop) -> Shop:
    """A shop in which most of what only grows has a row."""
    await shop.gets(shop.told(5_000))
    await shop.refunds(refund("R1", 1_000))
    await spent(shop.ines, 10)
    await factories.give(shop.ines, 1)
    lot = (await rows("SELECT id FROM lots WHERE programme_id = {} LIMIT 1", shop.cast.programme_id))[0]["id"]
    await run("UPDATE lots SET expires_at = {} WHERE programme_id = {} AND id = {}", START, 1, lot)
    await factories.insert(
        "expiry_moves",
        programme_id=1,
        id=new_id(),
        customer_id=shop.ines.id,
        lot_id=lot,
        to_at=START,
        reason="Moved",
        at=START,
    )
    await moving.exclude(1, shop.cast.rex.id, by=shop.cast.mara, reason="Asked to")
    return shop


@pytest.mark.parametrize("table", GROWING)
async def test_what_only_grows_is_never_changed_deleted_or_emptied(busy: Shop, table: str) -> None:
    before = await rows(f"SELECT * FROM {table} WHERE programme_id = {{}}", 1)
    assert before, "there is a row to try it on"
    with pytest.raises(Refused, match=f"{table} only grows"):
        await run(
            f"UPDATE {table} SET id = id WHERE programme_id = {{}}"
            if table != "allocations"
            else "UPDATE allocations SET points = points + 1 WHERE programme_id = {}",
            1,
        )
    with pytest.raises(Refused):
        await run(f"DELETE FROM {table} WHERE programme_id = {{}}", 1)
    if is_sqlite():
        columns = ", ".join(before[0])
        with pytest.raises(Refused):
            await run(
                f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE programme_id = 1"
            )
    else:
        with pytest.raises(Refused):
            await run(f"TRUNCATE {table} CASCADE")
    assert await rows(f"SELECT * FROM {table} WHERE programme_id = {{}}", 1) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [(CustomerType.MEMBER, CustomerType.GUEST), (CustomerType.LEFT, CustomerType.GUEST)],
)
async def test_illegal_type_moves_are_refused(cast: Cast, old: CustomerType, new: CustomerType) -> None:
    who = cast.ines if old is CustomerType.MEMBER else cast.pia
    with pytest.raises(Refused):
        await run("UPDATE customers SET type = {} WHERE programme_id = {} AND id = {}", new, 1, who.id)
    with pytest.raises(Refused):
        await factories.insert(
            "type_changes", programme_id=1, id=new_id(), customer_id=who.id, from_type=old, to_type=new,
            actor_kind="system", actor_name="Test", at=START,
        )  # fmt: skip


async def test_an_unknown_type_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        await run("UPDATE customers SET type = 'vip' WHERE programme_id = {} AND id = {}", 1, cast.ines.id)


async def test_the_second_of_two_exclusions_hears_that_it_is_done(cast: Cast) -> None:
    await moving.exclude(1, cast.ines.id, by=cast.mara, reason="")
    with pytest.raises(AlreadyDone):
        await moving.exclude(1, cast.ines.id, by=cast.theo, reason="")
    with pytest.raises(LoyaltyError):
        await moving.join(1, cast.rex.id, by=cast.theo, reason="")


def entry(cast: Cast, **changed: object) -> dict[str, object]:
    return {
        "programme_id": 1, "id": new_id(), "uid": new_uid(), "customer_id": cast.ines.id, "seq": 99, "kind": "adjust",
        "points": 1, "balance_after": 1, "effective_at": START, "recorded_at": START, "breakdown": {},
        "actor_kind": "system", "actor_name": "Test", "key": new_uid(), "fingerprint": "0" * 64, **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"points": 0},
        {"kind": "gift"},
        {"kind": "redeem", "points": 5},
        {"kind": "expire", "points": 5},
        {"kind": "refund_clawback", "points": 5},
        {"kind": "earn_order", "points": -5},
        {"kind": "bonus", "points": -5},
        {"kind": "clawback_reversal", "points": -5},
        {"seq": 0},
        {"key": ""},
        {"fingerprint": "short"},
        {"customer_id": 12345},
        {"reason": "x" * 501},
    ],
)
async def test_entries_that_cant_be_are_refused(cast: Cast, changed: dict[str, object]) -> None:
    with pytest.raises(Refused):
        await factories.insert("ledger_entries", **entry(cast, **changed))


async def test_numbers_and_keys_are_given_once(cast: Cast) -> None:
    await earned(cast.ines, 5, key="once")
    for changed in ({"seq": 1}, {"key": "once"}):
        with pytest.raises(Refused):
            await factories.insert("ledger_entries", **entry(cast, **changed))


@pytest.mark.parametrize("wrong", ["remaining = -1", "remaining = points + 1", "points = 0, remaining = 0"])
async def test_a_lot_never_holds_less_than_nothing_or_more_than_its_points(cast: Cast, wrong: str) -> None:
    await earned(cast.ines, 5)
    with pytest.raises(Refused):
        await run(f"UPDATE lots SET {wrong} WHERE programme_id = {{}}", 1)


async def test_a_lot_lapses_only_after_a_notice_and_never_before_its_day(cast: Cast) -> None:
    await earned(cast.ines, 5, expires_at=START)
    for wrong in (
        "lapses_at = expires_at",
        "notified_at = expires_at, lapses_at = '2020-01-01 00:00:00+00:00'",
    ):
        with pytest.raises(Refused):
            await run(f"UPDATE lots SET {wrong} WHERE programme_id = {{}}", 1)


async def test_an_order_never_gives_back_more_than_it_earned(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    for wrong in ("clawed_points = 51", "covered_points = 20, forgiven_points = 31", "refunded_minor = 5001"):
        with pytest.raises(Refused):
            await run(f"UPDATE orders SET {wrong} WHERE programme_id = {{}}", 1)


async def test_a_refused_statement_leaves_the_transaction_usable_after_a_savepoint(cast: Cast) -> None:
    async with atomic():
        with pytest.raises(Refused):
            async with atomic():
                await run("UPDATE accounts SET earned = -1 WHERE programme_id = {}", 1)
        await run("UPDATE accounts SET seq = seq WHERE programme_id = {}", 1)

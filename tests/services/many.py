"""Rows by the thousand, a debt, a tier: for tests that need them there and not how they came."""

from datetime import timedelta

from db.engine import atomic, insert_many
from db.enums import EntryKind
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import Own, claw_back, remaining
from loyalty.rules.orders import fold
from tests import factories
from tests.factories import START, Person


async def customers(programme_id: int, count: int, *, last_name: str = "Doe") -> list[int]:
    """Members who were last seen a second apart, all before START. Returns their ids."""
    made = []
    for number in range(count):
        at = START - timedelta(seconds=number + 1)
        id_, uid = new_id(at), new_uid()
        email = f"{uid.lower().strip('-_')}@example.net"
        made.append((
            programme_id, id_, uid, "member", f"Nr{number}", last_name, email, email, uid, uid,
            fold(f"Nr{number}", last_name, email), at, at, at,
        ))  # fmt: skip
    async with atomic():
        await insert_many(
            "customers",
            ("programme_id", "id", "uid", "type", "first_name", "last_name", "email", "email_key", "referral_code",
             "card_number", "search", "last_activity_at", "joined_at", "created_at"),
            made,
        )  # fmt: skip
        await insert_many(
            "accounts", ("programme_id", "customer_id"), [(programme_id, row[1]) for row in made]
        )
        await insert_many(
            "type_changes",
            ("programme_id", "id", "customer_id", "from_type", "to_type", "actor_kind", "actor_name", "at"),
            [(programme_id, row[1], row[1], "guest", "member", "system", "Test", row[-1]) for row in made],
        )
    return [row[1] for row in made]


async def owe(person: Person, points: int) -> None:
    """Claw back `points`, leaving what no lot covers as a debt."""
    with clock.at(START + timedelta(days=1)):
        async with atomic():
            account = await locked(person.programme_id, person.id)
            left = await remaining(account)
            posting = Posting(kind=EntryKind.REFUND_CLAWBACK, points=-points, key=f"owed-{person.uid}")
            await claw_back(account, posting, own=Own(), debt=points - left.everything)


async def stands_in(person: Person, tier_id: int, **standing: object) -> None:
    """Put a customer in a tier by hand, with the change that led there."""
    await factories.insert(
        "customer_tiers", programme_id=person.programme_id, customer_id=person.id, tier_id=tier_id, **standing
    )
    await factories.insert(
        "tier_changes",
        programme_id=person.programme_id,
        id=new_id(START),
        customer_id=person.id,
        to_tier_id=tier_id,
        manual=True,
        reason="For a test",
        rewards_triggered=False,
        period_key="lifetime",
        metric_value=0,
        actor_kind="system",
        actor_name="Test",
        at=START,
    )

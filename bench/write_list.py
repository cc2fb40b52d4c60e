"""Which writes are measured. Each makes ready what it needs, and says how many go on at once."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench import crowd
from db.engine import rows, value
from db.enums import AnswerSource, Platform, QuestionSection
from loyalty.events import doors
from loyalty.events.arriving import arrive
from loyalty.integrations.signatures import sign
from loyalty.jobs.worker import Worker
from loyalty.ledger.adjusting import adjust
from loyalty.preferences import answering, current
from loyalty.preferences.answering import Sent
from loyalty.referrals.cancelling import cancel
from loyalty.referrals.claiming import claim
from loyalty.rewards.redeeming import redeem
from loyalty.rules.actors import SYSTEM, themself
from loyalty.stores.rotating import rotate

Verb = Callable[[], Awaitable[object]]
AT_ONCE = 16
PRICE = 300
SECRET = "the-secret-that-signs-this-shops-webhooks"


@dataclass(frozen=True, slots=True)
class Write:
    """`ready` makes so many verbs, each to be done once. `doors`: how many are done at a time."""

    name: str
    ready: Callable[[int], Awaitable[list[Verb]]]
    doors: int = 1


async def adjusting(count: int) -> list[Verb]:
    people = await _members(500)

    def verb(number: int) -> Verb:
        who = people[number % len(people)]["id"]
        return lambda: adjust(1, who, 5, by=SYSTEM, reason="Bench", key=f"bench-{number}")

    return [verb(number) for number in range(count)]


def redeeming(accounts: int) -> Callable[[int], Awaitable[list[Verb]]]:
    async def ready(count: int) -> list[Verb]:
        reward = await value(
            "SELECT id FROM rewards WHERE programme_id = {} AND name = {}", 1, "Free shipping"
        )
        people = await _members(accounts)
        share = PRICE * (count // len(people) + 1)
        for who in people:
            await adjust(1, who["id"], share, by=SYSTEM, reason="Bench", key=f"{accounts}-for-{who['id']}")

        def verb(number: int) -> Verb:
            who = people[number % len(people)]["id"]
            return lambda: redeem(1, who, reward, by=SYSTEM, key=f"bench-{accounts}-{number}")

        return [verb(number) for number in range(count)]

    return ready


async def ordering(count: int) -> list[Verb]:
    people = await _members(500)
    store = await value("SELECT uid FROM stores WHERE programme_id = {} AND handle = {}", 1, "web")
    await rotate(1, store, secret=SECRET, by=SYSTEM, key="bench")
    door = await doors.by_uid(Platform.SHOPIFY, store)
    worker = Worker()

    def verb(number: int) -> Verb:
        body = json.dumps(order(str(number), people[number % len(people)]["email"], crowd.NOW)).encode()
        headers = {
            "x-shopify-hmac-sha256": sign(body, SECRET),
            "x-shopify-topic": "orders/paid",
            "x-shopify-webhook-id": f"bench-{number}",
            "x-shopify-shop-domain": "bench.example",
        }

        async def come_in() -> None:
            await arrive(Platform.SHOPIFY, door, headers, body)
            await worker.step()

        return come_in

    return [verb(number) for number in range(count)]


async def cancelling(count: int) -> list[Verb]:
    people = await _members(500)
    claims = [
        await claim(
            1,
            people[number % len(people)]["referral_code"],
            f"friend{number}@bench.example",
            name="Friend",
            signals={"ip": f"198.51.100.{number % 250}", "device": f"d{number}"},
            key=f"claim-{number}",
        )
        for number in range(count)
    ]

    def verb(uid: str) -> Verb:
        return lambda: cancel(1, uid, by=SYSTEM, reason="Bench", key=uid)

    return [verb(claimed.uid) for claimed in claims]


async def preferring(count: int) -> list[Verb]:
    people = await _members(count)
    verbs = []

    def verb(who: int, version: int, wording: int, likes: list[str]) -> Verb:
        return lambda: answering.save(
            1,
            who,
            QuestionSection.INTERESTS,
            {"likes": Sent(likes, wording)},
            version=version,
            by=themself(who),
            source=AnswerSource.PORTAL,
        )

    for person in people:
        part = (await current.center(1, person["id"])).part(QuestionSection.INTERESTS)
        assert part is not None
        both = ["coffee", "tea"]
        verbs.append(verb(person["id"], part.version, part.asked[0].question.number or 1, both))
    return verbs


WRITES = (
    Write("adjust", adjusting),
    Write("redeem, one account, 16 at once", redeeming(1), doors=AT_ONCE),
    Write("redeem, 500 accounts, 16 at once", redeeming(500), doors=AT_ONCE),
    Write("order by webhook, to its points", ordering),
    Write("cancel a referral", cancelling),
    Write("save preferences", preferring),
)


async def _members(most: int) -> list[dict[str, Any]]:
    """Members by number, at most so many."""
    return await rows(
        "SELECT id, email, referral_code FROM customers WHERE programme_id = {} AND type = 'member'"
        " ORDER BY id LIMIT {}",
        1,
        most,
    )


def order(name: str, email: str, moment: datetime) -> dict[str, Any]:
    """A paid order as the platform tells it."""
    at = moment.isoformat()
    line = {"id": name, "title": "Soap", "quantity": 1, "price": "42.00", "product_id": 7, "sku": "SOAP"}
    return {
        "id": f"bench-{name}",
        "name": f"#B{name}",
        "email": email,
        "currency": "EUR",
        "financial_status": "paid",
        "total_price": "42.00",
        "created_at": at,
        "processed_at": at,
        "updated_at": at,
        "line_items": [line],
    }

"""Points against a reward: by the member, or on the member's behalf (PRODUCT C8)."""

from dataclasses import dataclass

from db.engine import atomic, retried
from db.enums import EntryKind, IssuedSource
from db.ids import new_id
from loyalty import audit
from loyalty.audit import Action
from loyalty.errors import Invalid, KeyReused
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import debit, remaining
from loyalty.rewards import issuing, offers
from loyalty.rewards.catalogue import take_from_stock
from loyalty.rewards.issued import IssuedReward
from loyalty.rewards.offers import Case
from loyalty.rules.actors import Actor
from loyalty.rules.codes import format_code
from loyalty.rules.redemptions import Price, refuse


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The copy's uid, its code as printed, what remains available in points, and what to say.

    `action` is None for a repeat of the key.
    """

    uid: str
    code: str
    available: int
    sentence: str
    action: Action | None


@retried
async def redeem(
    programme_id: int,
    customer_id: int,
    reward_id: int,
    *,
    by: Actor,
    key: str,
    on_behalf: bool = False,
    shown: int | None = None,
) -> Redeemed:
    """Spend a customer's points on a reward and issue its code. PRODUCT C8, E1, E4.

    Everything is checked again under the account's lock, the price cuts as well. `shown` is the price in
    points that was agreed to. Repeating `key` (a double click) makes nothing new and returns the first outcome.
    Raises NotAMember, NotEnoughPoints, Invalid with the reason, Stale when it costs more than `shown` by now,
    NotFound, KeyReused.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        copy_key = f"redeem:{key}"
        before = await issuing.by_key(programme_id, copy_key)
        if before is not None:
            if (before.customer_id, before.reward_id) != (customer_id, reward_id):
                raise KeyReused(
                    "This form was already used for something else. Reload the page and try again."
                )
            return await _told(account, before, None)
        found = await offers.case(account, reward_id)
        price = refuse(found.terms, found.person, account.now, shown=shown)
        if not await take_from_stock(programme_id, reward_id):
            raise Invalid(f"{found.terms.name} is out of stock.", field="reward")
        copy = await _issue(account, found, price, copy_key, by=by)
        return await _told(account, copy, await _record(account, copy, price, by=by, on_behalf=on_behalf))


async def _issue(account: Account, found: Case, price: Price, key: str, *, by: Actor) -> IssuedReward:
    copy_id, payment = new_id(account.now), None
    if price.points:
        entry = await debit(
            account,
            Posting(
                kind=EntryKind.REDEEM,
                points=-price.points,
                key=key,
                by=by,
                issued_reward_id=copy_id,
                breakdown=price.to_dict(),
                comment=found.terms.name,
                body=(found.reward.id,),
            ),
        )
        payment = issuing.Payment(entry.id, price)
    return await issuing.place(
        account.programme,
        found.reward,
        IssuedSource.REDEMPTION,
        key=key,
        now=account.now,
        customer_id=account.customer_id,
        copy_id=copy_id,
        payment=payment,
    )


async def _record(
    account: Account, copy: IssuedReward, price: Price, *, by: Actor, on_behalf: bool
) -> Action:
    amount = account.programme.amount(price.points)
    return await audit.record(
        account.programme.id,
        "reward.redeemed",
        ("issued_reward", copy.id),
        f"{account.customer_name} redeemed {amount} for {copy.reward_name}",
        by=by,
        customer_id=account.customer_id,
        after={
            "reward": copy.reward_name,
            "points": price.points,
            "issued": copy.uid,
            **({"instead_of": price.list_points} if price.is_cut else {}),
        },
        reason="On the customer's behalf" if on_behalf else "",
        undo={"noun": "rewards", "verb": "reward.redeemed", "issued": copy.id},
    )


async def _told(account: Account, copy: IssuedReward, action: Action | None) -> Redeemed:
    left = (await remaining(account)).free - account.debt
    sentence = f"{account.customer_name} has {copy.reward_name} now and {account.programme.amount(left)} left"
    return Redeemed(copy.uid, format_code(copy.code), left, sentence, action)

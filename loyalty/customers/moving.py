"""The four type moves: registering, excluding and joining again (PRODUCT A2, A3)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, one, retried, run
from db.enums import CustomerType, EarningTrigger
from db.ids import new_id
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.earning import actions
from loyalty.ledger import expiring
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.referrals import cancelling
from loyalty.rewards import removing
from loyalty.rules import customers as rules
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.tiers import evaluating


@dataclass(frozen=True, slots=True)
class Moved:
    """The sentence for the toast and the audited action."""

    sentence: str
    action: Action


async def register(account: Account, *, at: datetime, by: Actor = SYSTEM, pays_signup: bool = True) -> bool:
    """Guest → member, in the caller's transaction. Whether anything changed.

    Registering again changes nothing, and it doesn't undo Left (PRODUCT A3). The signup bonus is paid
    once in a customer's life; imported history doesn't pay it.
    """
    if rules.registers(account.type) is account.type:
        return False
    await move(account, CustomerType.MEMBER, by=by, reason="Registered", at=at)
    if pays_signup:
        await _pay_signup(account)
    await audit.record(
        account.programme.id,
        "customer.registered",
        ("customer", account.customer_id),
        f"{account.customer_name} became a member",
        by=by,
        customer_id=account.customer_id,
        before={"type": CustomerType.GUEST},
        after={"type": CustomerType.MEMBER},
    )
    return True


@retried
async def exclude(
    programme_id: int,
    customer_id: int,
    *,
    by: Actor,
    reason: str,
    void_rewards: bool = False,
    key: str | None = None,
) -> Moved:
    """Guest or member → left. PRODUCT A3.

    The balance is frozen, pending referrals of theirs are cancelled, issued codes stay unless
    `void_rewards`. A guest who left can only become a member, so that exclusion has no undo.
    Repeating `key` returns the first outcome. Raises AlreadyDone when somebody else was first, KeyReused.
    """
    asked = repeats.mark(key or "", reason, void_rewards)
    async with atomic():
        account = await locked(programme_id, customer_id)
        if key and (done := await _earlier(account, "customer.excluded", asked)):
            return done
        before = account.type
        rules.refuse_move(before, CustomerType.LEFT)
        await move(account, CustomerType.LEFT, by=by, reason=reason)
        referrals = await cancelling.cancel_of_left_referrer(account)
        voided = await removing.void_unused(account, by=by, reason=reason) if void_rewards else []
        action = await audit.record(
            programme_id,
            "customer.excluded",
            ("customer", customer_id),
            f"{account.customer_name} has left the programme",
            by=by,
            customer_id=customer_id,
            before={"type": before},
            after={
                "type": CustomerType.LEFT,
                "referrals_cancelled": len(referrals),
                "rewards_voided": len(voided),
                **(asked.stored if key else {}),
            },
            reason=reason,
            undo={"noun": "customers", "to": "member"} if before is CustomerType.MEMBER else None,
        )
        return Moved(action.sentence, action)


@retried
async def join(
    programme_id: int, customer_id: int, *, by: Actor, reason: str, key: str | None = None
) -> Moved:
    """Left → member, by staff. No second signup bonus; the tier is worked out anew. PRODUCT A3.

    Repeating `key` returns the first outcome. Raises AlreadyDone, KeyReused, and NotAllowed for a guest.
    """
    asked = repeats.mark(key or "", reason)
    async with atomic():
        account = await locked(programme_id, customer_id)
        if key and (done := await _earlier(account, "customer.joined_again", asked)):
            return done
        rules.refuse_move(account.type, CustomerType.MEMBER)
        await _resume_expiry(account)
        await move(account, CustomerType.MEMBER, by=by, reason=reason)
        await evaluating.evaluate(account, reason="Joined again")
        action = await audit.record(
            programme_id,
            "customer.joined_again",
            ("customer", customer_id),
            f"{account.customer_name} is a member again",
            by=by,
            customer_id=customer_id,
            before={"type": CustomerType.LEFT},
            after={"type": CustomerType.MEMBER, **(asked.stored if key else {})},
            reason=reason,
            undo={"noun": "customers", "to": "left"},
        )
        return Moved(action.sentence, action)


async def _earlier(account: Account, verb: str, asked: repeats.Mark) -> Moved | None:
    done = await repeats.earlier(account.programme.id, verb, ("customer", account.customer_id), asked)
    return (
        Moved(done.action.sentence.replace("{customer}", account.customer_name), done.action)
        if done
        else None
    )


async def move(
    account: Account, target: CustomerType, *, by: Actor, reason: str, at: datetime | None = None
) -> None:
    """Write the move and its record, in the caller's transaction; whether it is legal was asked before.

    Raises NotAllowed for an erased person.
    """
    at = at or account.now
    moved = await run(
        "UPDATE customers SET type = {}, version = version + 1,"
        " joined_at = CASE WHEN {} = 'member' THEN coalesce(joined_at, {}) ELSE joined_at END,"
        " left_at = CASE WHEN {} = 'left' THEN {} ELSE left_at END"
        " WHERE programme_id = {} AND id = {} AND type = {} AND erased_at IS NULL RETURNING id",
        target,
        target,
        at,
        target,
        at,
        *account.key,
        account.type,
    )
    rules.refuse_erased(not moved)
    await run(
        "INSERT INTO type_changes (programme_id, id, customer_id, from_type, to_type, actor_kind, actor_id,"
        " actor_name, reason, at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        account.programme.id,
        new_id(at),
        account.customer_id,
        account.type,
        target,
        by.kind,
        by.id,
        by.name,
        reason,
        at,
    )
    account.type = target


async def _pay_signup(account: Account) -> None:
    first = await run(
        "UPDATE customers SET signup_bonus_at = {} WHERE programme_id = {} AND id = {} AND signup_bonus_at IS NULL"
        " RETURNING id",
        account.now,
        *account.key,
    )
    if first:
        await actions.award(
            account, EarningTrigger.SIGNUP, key=f"signup:{account.customer_uid}", comment="Welcome"
        )


async def _resume_expiry(account: Account) -> None:
    row = await one("SELECT left_at FROM customers WHERE programme_id = {} AND id = {}", *account.key)
    if row is not None and row["left_at"] is not None:
        await expiring.resumed(account, row["left_at"])

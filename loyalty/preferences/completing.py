"""The bonus for a complete profile: once per customer for ever (PRODUCT L2)."""

from db.engine import run
from db.enums import EarningTrigger
from loyalty import audit
from loyalty.earning.actions import award
from loyalty.ledger.accounts import Account
from loyalty.ledger.qualifying import evaluate_soon
from loyalty.preferences import questions
from loyalty.preferences.current import parts_of, progress_of
from loyalty.preferences.standing import person, standing
from loyalty.rules.actors import Actor

_INSERT = """INSERT INTO profile_completions (programme_id, customer_id, points, at) VALUES ({}, {}, {}, {})
    ON CONFLICT (programme_id, customer_id) DO NOTHING RETURNING customer_id"""


async def complete(account: Account, *, by: Actor) -> int | None:
    """Note that the profile is complete and pay what completing it is worth now, in the caller's transaction.

    None: it isn't complete, or was before. A later question or a withdrawn answer changes neither.
    """
    who = await person(*account.key)
    if who.completed_at is not None:
        return None
    asked, given = (
        await questions.published(account.programme.id),
        await standing(*account.key, account.now),
    )
    if not progress_of(parts_of(asked, who, given, account.programme.time_zone), who).complete:
        return None
    paid = await award(account, EarningTrigger.PROFILE, key=f"profile:{account.customer_uid}", by=by)
    points = sum(entry.points for entry in paid)
    if not await run(_INSERT, *account.key, points, account.now):
        return None
    if paid:
        await evaluate_soon(account)
    await audit.record(
        account.programme.id,
        "preferences.profile_completed",
        ("customer", account.customer_id),
        "{customer} completed their profile",
        by=by,
        customer_id=account.customer_id,
        after={"points": points},
    )
    return points

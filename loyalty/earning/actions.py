"""Points for something other than an order: signup, review, birthday, a quiz (PRODUCT I1)."""

from db.enums import EarningTrigger, EntryKind
from loyalty.earning import rules
from loyalty.earning.context import context_of
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting, repeat
from loyalty.ledger.posting import credit
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.earning import earn_action

UNTOLD = frozenset(
    {
        EarningTrigger.REFERRAL,
        EarningTrigger.SOCIAL_SHARE,
        EarningTrigger.VISIT,
        EarningTrigger.CUSTOM,
    }
)
"""Triggers of which nothing tells Regulars yet: a rule for one waits, and is offered to nobody."""


async def award(
    account: Account,
    trigger: EarningTrigger,
    *,
    key: str,
    by: Actor = SYSTEM,
    comment: str = "",
    review_id: int | None = None,
) -> tuple[Entry, ...]:
    """Post what the rules with this trigger give now, one entry a rule, in the caller's transaction.

    Available at once, expiring as the programme says. Entries already posted under the key are
    returned again, nothing twice. Empty when no rule applies or the customer can't earn.
    """
    posted: list[Entry] = []
    versions = await rules.in_force(account.programme.id, trigger, account.now)
    context = await context_of(account, account.now, versions)
    for version in versions:
        points = earn_action(version, context)
        entry_key = f"{key}:{version.definition.name}"[:200]
        before = await repeat(account, entry_key, EntryKind.EARN_ACTION, (trigger,))
        if before is not None:
            posted.append(before)
        elif points > 0:
            posted.append(
                await credit(
                    account,
                    Posting(
                        kind=EntryKind.EARN_ACTION,
                        points=points,
                        qualifying=points,
                        key=entry_key,
                        by=by,
                        available_at=account.now,
                        expires_at=lifetimes.expiry(account, account.now),
                        rule_version_id=version.id,
                        review_id=review_id,
                        breakdown={"rule": version.definition.name, "trigger": trigger},
                        comment=comment or version.definition.name,
                        body=(trigger,),
                    ),
                )
            )
    return tuple(posted)

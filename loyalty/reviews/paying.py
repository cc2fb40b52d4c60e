"""Points for an approved review, and taking them back in their hold period (PRODUCT H1)."""

from collections.abc import Sequence

from db.engine import one, rows
from db.enums import EarningTrigger, EntryKind
from loyalty.earning.context import context_of
from loyalty.earning.rules import in_force
from loyalty.ledger import chains, lifetimes, undoing
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import credit
from loyalty.reviews.offers import PARTS, Offer, key_of, offers
from loyalty.reviews.stored import Review
from loyalty.rules.actors import Actor
from loyalty.rules.earning import RuleVersion
from loyalty.rules.reviews import Award, ReviewTerms, awards, takes_points_back

_COMMENTS = {
    "review": "Your review of {}",
    "photo": "A photo with your review of {}",
    "video": "A video of {}",
}
_OF_REVIEW = """SELECT id, available_at FROM ledger_entries
    WHERE programme_id = {} AND customer_id = {} AND review_id = {} AND kind = 'earn_action' ORDER BY id"""


async def pay(account: Account, review: Review, *, by: Actor) -> list[int]:
    """Credit what the review earns, one entry a part, in the caller's transaction. Returns the entries' ids.

    Each part is paid once per customer and product, and held like order points. Who can't earn gets nothing.
    """
    worth = await _offers(account, review)
    terms = ReviewTerms(*(worth[part].points for part in PARTS))
    keys = {part: await _free_key(account, review, part) for part in PARTS}
    paid = frozenset(part for part, key in keys.items() if key is None)
    due = awards(terms, has_photo=review.has_photo, has_video=review.has_video, paid_parts=paid)
    return [
        await _credit(account, review, award, worth[award.part], keys[award.part], by=by) for award in due
    ]


async def take_back(account: Account, review: Review, *, by: Actor, reason: str) -> list[int]:
    """Reverse what the review was paid, as far as it is still held. Returns the reversals' ids."""
    reversals = []
    for row in await rows(_OF_REVIEW, *account.key, review.id):
        entry_id = await chains.standing(account.programme.id, row["id"])
        if entry_id is None or not takes_points_back(row["available_at"], account.now):
            continue
        entry = await undoing.reverse(
            account, entry_id, kind=EntryKind.UNDO, by=by, reason=reason, comment="Review withdrawn"
        )
        reversals.append(entry.id)
    return reversals


async def _offers(account: Account, review: Review) -> dict[str, Offer]:
    versions = await in_force(account.programme.id, EarningTrigger.REVIEW, account.now)
    context = await context_of(account, account.now, versions)
    return offers(versions, context, review.product_key)


async def _free_key(account: Account, review: Review, part: str) -> str | None:
    """The key this part is paid under now, None when it is paid already.

    Points that were taken back may be paid again; every time has its own key.
    """
    turn, key = 1, key_of(account.customer_uid, review.product_key, part)
    while (row := await one(_BY_KEY, account.programme.id, key)) is not None:
        if await chains.standing(account.programme.id, row["id"]) is not None:
            return None
        turn += 1
        key = key_of(account.customer_uid, review.product_key, part, turn)
    return key


_BY_KEY = "SELECT id FROM ledger_entries WHERE programme_id = {} AND key = {}"


async def _credit(
    account: Account, review: Review, award: Award, offer: Offer, key: str | None, *, by: Actor
) -> int:
    assert key is not None
    main = offer.rules[0]
    entry = await credit(
        account,
        Posting(
            kind=EntryKind.EARN_ACTION,
            points=award.points,
            qualifying=award.points,
            key=key,
            by=by,
            available_at=lifetimes.release(account, account.now, hold_days=main.definition.hold_days),
            expires_at=lifetimes.expiry(account, account.now, days=main.definition.expiry_days),
            rule_version_id=main.id,
            review_id=review.id,
            breakdown={"part": award.part, "product": review.product, "rules": _names(offer.rules)},
            comment=_COMMENTS[award.part].format(review.product),
            body=(review.uid, award.part),
        ),
    )
    return entry.id


def _names(rules: Sequence[RuleVersion]) -> list[str]:
    return [rule.definition.name for rule in rules]

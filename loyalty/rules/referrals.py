"""Referrals: from click to payout, and both ways of cancelling one. PRODUCT G1–G3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.enums import IssuedStatus, ReferralStatus
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.orders import normalised_email
from loyalty.rules.referral_fraud import HOLD_SCORE

LAPSE = timedelta(days=180)

CLICKED, PENDING = ReferralStatus.CLICKED, ReferralStatus.PENDING
COMPLETED, CANCELLED = ReferralStatus.COMPLETED, ReferralStatus.CANCELLED
REVERSED, EXPIRED, BLOCKED = ReferralStatus.REVERSED, ReferralStatus.EXPIRED, ReferralStatus.BLOCKED

LEGAL_MOVES = frozenset(
    {
        (CLICKED, PENDING),
        (CLICKED, EXPIRED),
        (CLICKED, BLOCKED),
        (PENDING, COMPLETED),
        (PENDING, CANCELLED),
        (PENDING, EXPIRED),
        (PENDING, BLOCKED),
        (BLOCKED, PENDING),
        (BLOCKED, CANCELLED),
        (COMPLETED, CANCELLED),
        (COMPLETED, REVERSED),
    }
)
"""Cancelled is with the referrer's reward kept, reversed with it taken back. Undo goes the way back."""

UNDO_MOVES = frozenset(
    {(CANCELLED, PENDING), (CANCELLED, BLOCKED), (CANCELLED, COMPLETED), (REVERSED, COMPLETED)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A friend asking for the coupon. `claimed_by` is who has this friend already, if anybody."""

    email: str
    referrer_id: int
    referrer_email: str | None
    referrer_is_member: bool
    is_customer: bool
    claimed_by: int | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReferral:
    """A claimed referral waiting for its order. `friend_email` is normalised, `code` the friend's coupon."""

    status: ReferralStatus
    friend_email: str | None
    code: str | None
    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order that may complete a referral. `kept_minor` is after refunds; `first` of a new customer."""

    email: str | None
    codes: Sequence[str]
    kept_minor: int
    first: bool
    earning: bool
    by_referrer: bool
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling does, all in one transaction; `sentences` is what the dialog prints. PRODUCT G2, G3."""

    status: ReferralStatus
    void_code: bool
    take_back_reward: bool
    sentences: tuple[str, ...]


def refuse_move(current: ReferralStatus, target: ReferralStatus, *, undo: bool = False) -> None:
    """Return when the move is legal. Raises AlreadyDone for the same status, Invalid otherwise."""
    if current is target:
        raise AlreadyDone(f"This referral is already {target}.")
    if (current, target) not in (UNDO_MOVES if undo else LEGAL_MOVES):
        raise Invalid(f"A referral that is {current} can't become {target}.", field="status")


def waits_for_decision(status: ReferralStatus, score: int) -> bool:
    """Whether somebody has to look before this referral can pay. PRODUCT G4."""
    return status is BLOCKED or (status is PENDING and score >= HOLD_SCORE)


def refuse_claim(claim: Claim) -> str:
    """The friend's normalised e-mail when the claim stands.

    Raises Invalid for a bad or own address, NotAllowed when the programme, the referrer or the friend
    isn't eligible, AlreadyDone when the friend is claimed. The first claim wins.
    """
    if not claim.enabled or not claim.referrer_is_member:
        raise NotAllowed("This invitation is no longer open.")
    email = normalised_email(claim.email)
    if email is None:
        raise Invalid("Enter a valid e-mail address.", field="email")
    if email == normalised_email(claim.referrer_email):
        raise Invalid("You can't invite yourself.", field="email")
    if claim.claimed_by == claim.referrer_id:
        raise AlreadyDone("You have already claimed this invitation.", field="email")
    if claim.claimed_by is not None:
        raise AlreadyDone("Somebody else has already invited you.", field="email")
    if claim.is_customer:
        raise NotAllowed("This invitation is for new customers.", field="email")
    return email


def lapses_at(claimed_at: datetime, days: int = LAPSE.days) -> datetime:
    """When a claim without an order lapses."""
    return claimed_at + timedelta(days=days)


def why_not_completed(referral: OpenReferral, purchase: Purchase, *, min_order_minor: int = 0) -> str | None:
    """None when the order completes the referral, else the reason. PRODUCT G1."""
    if referral.status is not PENDING:
        return f"The referral is {referral.status}."
    if purchase.placed_at >= referral.lapses_at:
        return "The claim had lapsed."
    if purchase.by_referrer:
        return "The referrer can't be their own friend."
    if not _is_friend(referral, purchase):
        return "Neither the e-mail address nor the code is the friend's."
    if not purchase.first:
        return "It isn't the first order of a new customer."
    if not purchase.earning:
        return "The order doesn't earn."
    if purchase.kept_minor < min_order_minor:
        return "The order is below the minimum."
    return None


def cancellation(
    status: ReferralStatus,
    code: IssuedStatus | None,
    *,
    take_back_reward: bool = False,
    reward: str = "the reward",
) -> Cancellation:
    """What cancelling means now, or a refusal. `code` is the friend's coupon, None when there is none.

    Raises AlreadyDone when the code was used a moment ago while still pending (the completed form is to
    be shown) or when it is cancelled already, Invalid for statuses that can't be cancelled.
    """
    unused = code in (IssuedStatus.OUTSTANDING, IssuedStatus.RESERVED)
    if status is PENDING:
        if code is IssuedStatus.USED:
            raise AlreadyDone("The friend has just used the code, so the referral is about to be completed.")
        first = (
            "The friend's code becomes void and can't be used."
            if unused
            else "There is no code to make void."
        )
        return Cancellation(CANCELLED, unused, False, (first, "No later order completes this referral."))
    if status is BLOCKED:
        said = _about_code(code) or ["The friend gets no code."]
        return Cancellation(CANCELLED, unused, False, (*said, "The referrer gets nothing for this friend."))
    target = REVERSED if take_back_reward else CANCELLED
    refuse_move(status, target)
    kept = f"The referrer {'loses' if take_back_reward else 'keeps'} {reward}."
    return Cancellation(target, unused, take_back_reward, (*_about_code(code), kept))


def _about_code(code: IssuedStatus | None) -> list[str]:
    if code is IssuedStatus.USED:
        return ["The friend's order with the code is left alone."]
    return (
        ["The friend's code becomes void."]
        if code in (IssuedStatus.OUTSTANDING, IssuedStatus.RESERVED)
        else []
    )


def _is_friend(referral: OpenReferral, purchase: Purchase) -> bool:
    email = normalised_email(purchase.email)
    if email is not None and email == referral.friend_email:
        return True
    return referral.code is not None and _plain(referral.code) in {_plain(code) for code in purchase.codes}


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").casefold()

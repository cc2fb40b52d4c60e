"""A member's public link, as a friend meets it: /r/{code} (PRODUCT G1, G4).

Nobody learns from it who is a customer: whatever keeps an address from claiming gets one answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.engine import one
from db.enums import CustomerType, ReferralStatus
from loyalty import clock, programmes
from loyalty.errors import AlreadyDone, Invalid, LoyaltyError, NotAllowed, NotFound
from loyalty.languages import message
from loyalty.programmes import Programme
from loyalty.referrals import stored, tries
from loyalty.referrals.claiming import claim
from loyalty.referrals.clicking import click
from loyalty.referrals.policies import ReferralPolicy, policy
from loyalty.rewards import catalogue, issued
from loyalty.rules.codes import OUTSTANDING, RESERVED, format_code, status_at

# A link names a code and no programme; each programme is asked by its own index.
# The link of a record that was merged leads to the one that was kept (PRODUCT B6).
_OWNER = f"""SELECT k.programme_id, k.id, k.first_name, k.referral_code FROM customers c
    JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)
    WHERE c.programme_id IN (SELECT p.programme_id FROM programmes p) AND c.referral_code = {{}}
      AND k.type = '{CustomerType.MEMBER}' ORDER BY c.programme_id LIMIT 1"""
_TOO_MANY = message("Too many tries from here. Wait a quarter of an hour and try again.")
_CANT = message(
    "This address can’t use the invitation. It is for people who haven’t shopped here or been invited before."
)


class TooManyClaims(LoyaltyError):
    """Too many claims from one network in a quarter of an hour."""

    status = 429


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a friend sees. `referrer` is a first name, where it is known; `gift` what the coupon is worth, in the
    reward's name.

    `uid` is what the browser remembers for `remember`; None: nothing new. `claimed`: this browser has claimed
    it; `coupon` is then the code as printed, None when there is none to use.
    """

    programme: Programme
    code: str
    referrer: str
    gift: str | None
    min_order_minor: int
    uid: str | None
    remember: timedelta
    claimed: bool
    coupon: str | None


async def follow(code: str, *, remembered: str, signals: Mapping[str, str]) -> Invitation | None:
    """The invitation behind a link; None when there is none, or none that is open.

    A first visit is noted as a click; `remembered` is the uid that an earlier one left in the browser.
    """
    owner = await _owner(code)
    if owner is None:
        return None
    programme_id = owner["programme_id"]
    terms = await policy(programme_id)
    if not terms.enabled:
        return None
    known = await _remembered(programme_id, owner["id"], remembered)
    uid = None
    if known is None and await tries.within("click", signals.get("ip", ""), tries.CLICKS):
        uid = await click(programme_id, owner["referral_code"], signals=signals)
    return await _invitation(owner, terms, uid, known)


async def accept(
    code: str, email: str, *, remembered: str, signals: Mapping[str, str], key: str
) -> Invitation:
    """Claim the invitation with an address.

    Raises NotFound when it isn't open, TooManyClaims, and Invalid with one sentence for every address that
    can't claim: a customer's, an invited friend's, the referrer's own, one that looks like the referrer's.
    """
    owner = await _owner(code)
    if owner is None:
        raise NotFound("There is no such invitation.")
    programme_id = owner["programme_id"]
    if not await tries.within("claim", signals.get("ip", ""), tries.CLAIMS):
        raise TooManyClaims(_TOO_MANY)
    try:
        claimed = await claim(
            programme_id, owner["referral_code"], email, signals=signals, key=key, click=remembered or None
        )
    except (NotAllowed, AlreadyDone, Invalid) as refusal:
        raise _refused() from refusal
    referral = await stored.find(programme_id, claimed.uid)
    if referral.status is ReferralStatus.BLOCKED:
        raise _refused()
    return await _invitation(owner, await policy(programme_id), claimed.uid, referral)


async def _owner(code: str) -> dict[str, Any] | None:
    return await one(_OWNER, code.strip().upper())


async def _remembered(programme_id: int, referrer_id: int, uid: str) -> stored.Referral | None:
    """The referral an earlier visit left in this browser, as long as it stands."""
    if not uid:
        return None
    try:
        found = await stored.find(programme_id, uid)
    except NotFound:
        return None
    standing = (
        ReferralStatus.CLICKED,
        ReferralStatus.PENDING,
        ReferralStatus.COMPLETED,
        ReferralStatus.BLOCKED,
    )
    return found if found.referrer_id == referrer_id and found.status in standing else None


async def _invitation(
    owner: Mapping[str, Any], terms: ReferralPolicy, uid: str | None, known: stored.Referral | None
) -> Invitation:
    programme_id, coupon = owner["programme_id"], None
    claimed = known is not None and known.status in (ReferralStatus.PENDING, ReferralStatus.COMPLETED)
    if claimed and known is not None and known.coupon_id is not None:
        copy = await issued.get(programme_id, known.coupon_id)
        usable = status_at(copy.life, clock.now()) in (OUTSTANDING, RESERVED)
        coupon = format_code(copy.code) if usable else None
    gift = terms.friend_reward_id and (await catalogue.get(programme_id, terms.friend_reward_id)).about.name
    return Invitation(
        programme=await programmes.get(programme_id),
        code=owner["referral_code"],
        referrer=owner["first_name"],
        gift=gift or None,
        min_order_minor=terms.min_order_minor,
        uid=uid,
        remember=timedelta(days=terms.cookie_days),
        claimed=claimed,
        coupon=coupon,
    )


def _refused() -> Invalid:
    return Invalid(_CANT, field="email")

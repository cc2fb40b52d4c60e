"""What a campaign gives to one person, with the mail that tells them, in one transaction. PRODUCT M1, I3, E1."""

from datetime import timedelta

from db.enums import EntryKind, IssuedSource, MultiplierSource, OfferKind
from loyalty.campaigns.stored import Campaign
from loyalty.languages import message as _
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit
from loyalty.multipliers.granting import grant
from loyalty.rewards import catalogue, issuing
from loyalty.rules.days import day_end, local_day
from loyalty.rules.earning_rules import Matching

COMMENT = _("A gift for you")
"""What a member reads beside the points."""


async def give(programme_id: int, campaign: Campaign, customer_id: int) -> None:
    """Give what the campaign offers, in the caller's transaction; only once a person, which the caller sees to.

    Raises NotAMember for somebody who isn't one any more.
    """
    if not campaign.offer.gives:
        return
    account = await locked(programme_id, customer_id)
    account.require_member()
    match campaign.offer.kind:
        case OfferKind.POINTS:
            await _points(account, campaign)
        case OfferKind.MULTIPLIER:
            await _multiplier(account, campaign)
        case OfferKind.REWARD:
            reward = await catalogue.find(programme_id, campaign.offer.reward)
            await issuing.issue(
                account, reward, IssuedSource.CAMPAIGN, key=key(campaign, account.customer_uid)
            )


async def code(programme_id: int, campaign: Campaign, customer_uid: str) -> str | None:
    """The code of the reward that the campaign gave this person."""
    given = await issuing.by_key(programme_id, key(campaign, customer_uid))
    return given.code if given else None


def key(campaign: Campaign, customer_uid: str) -> str:
    """The key under which a campaign gives, one a person."""
    return f"campaign:{campaign.uid}:{customer_uid}"


async def _points(account: Account, campaign: Campaign) -> None:
    await credit(
        account,
        Posting(
            kind=EntryKind.CAMPAIGN,
            points=campaign.offer.points,
            key=key(campaign, account.customer_uid),
            available_at=account.now,
            expires_at=lifetimes.expiry(account, account.now),
            breakdown={"campaign": campaign.name},
            comment=COMMENT,
            body=("campaign",),
        ),
    )


async def _multiplier(account: Account, campaign: Campaign) -> None:
    zone, offer = lifetimes.zone_of(account.programme), campaign.offer
    last = local_day(account.now, zone) + timedelta(days=offer.days - 1)
    await grant(
        account.programme.id,
        account.customer_id,
        percent=offer.percent,
        valid_until=day_end(last, zone),
        source=MultiplierSource.CAMPAIGN,
        key=key(campaign, account.customer_uid),
        scope=Matching(categories=offer.categories),
        reason=f"Campaign “{campaign.name}”",
    )

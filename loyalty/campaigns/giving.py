"""What a campaign gives to one person, with the mail that tells them, in one transaction. PRODUCT M1, I3, E1."""

from datetime import datetime, timedelta

from db.enums import EntryKind, IssuedSource, MultiplierSource, OfferKind
from loyalty.bonuses import promising
from loyalty.campaigns import checking, codes
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.values import Reader
from loyalty.errors import Invalid
from loyalty.languages import message as _
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit
from loyalty.multipliers.granting import grant
from loyalty.rewards import catalogue, issuing, personal_cuts
from loyalty.rules.days import day_end, local_day
from loyalty.rules.earning_rules import Matching

COMMENT = _("A gift for you")
"""What a member reads beside the points."""


async def give(programme_id: int, campaign: Campaign, customer_id: int) -> None:
    """Give what the campaign offers, in the caller's transaction; only once a person, which the caller sees to.

    Raises NotAMember for somebody who isn't one any more, Invalid when it can't be given any more.
    """
    if not campaign.offer.gives:
        return
    if sentence := await checking.unoffered(programme_id, campaign.offer):
        raise Invalid(sentence)
    account = await locked(programme_id, customer_id)
    account.require_member()
    match campaign.offer.kind:
        case OfferKind.POINTS:
            await _points(account, campaign)
        case OfferKind.MULTIPLIER:
            await _multiplier(account, campaign)
        case OfferKind.NTH_ORDER:
            await promising.promise(
                account,
                campaign.id,
                nth=campaign.offer.nth,
                points=campaign.offer.points,
                valid_until=_until(account, campaign),
                key=key(campaign, account.customer_uid),
            )
        case OfferKind.PRICE_CUT:
            await personal_cuts.give(
                account,
                await catalogue.find(programme_id, campaign.offer.reward),
                percent=campaign.offer.percent,
                ends_at=_until(account, campaign),
                campaign_id=campaign.id,
                key=key(campaign, account.customer_uid),
            )
        case OfferKind.CODE:
            until = _until(account, campaign)
            await codes.give(programme_id, campaign, customer_id, account.now, until=until)
        case OfferKind.REWARD:
            reward = await catalogue.find(programme_id, campaign.offer.reward)
            whose = key(campaign, account.customer_uid)
            await issuing.issue(account, reward, IssuedSource.CAMPAIGN, key=whose, campaign_id=campaign.id)


async def code(programme_id: int, campaign: Campaign, reader: Reader) -> str | None:
    """The code that the campaign gave this person: the shop's, or that of their copy of a reward."""
    if campaign.offer.kind is OfferKind.CODE:
        return await codes.of(programme_id, campaign.id, reader.id)
    given = await issuing.by_key(programme_id, key(campaign, reader.uid))
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
    """One for each order it can be used for: an order uses one up."""
    offer, whose = campaign.offer, key(campaign, account.customer_uid)
    for use in range(offer.uses):
        await grant(
            account.programme.id,
            account.customer_id,
            percent=offer.percent,
            valid_until=_until(account, campaign),
            source=MultiplierSource.CAMPAIGN,
            key=f"{whose}:{use}" if use else whose,
            scope=Matching(categories=offer.categories),
            reason=f"Campaign “{campaign.name}”",
            campaign_id=campaign.id,
        )


def _until(account: Account, campaign: Campaign) -> datetime:
    """When what it gives now is over: the end of its last day, of which today is the first."""
    zone = lifetimes.zone_of(account.programme)
    return day_end(local_day(account.now, zone) + timedelta(days=campaign.offer.days - 1), zone)

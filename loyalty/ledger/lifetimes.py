"""When points of this programme become available and when they expire (PRODUCT A4, C9, J1)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from db.enums import CustomerType
from loyalty.ledger.accounts import Account
from loyalty.programmes import Programme
from loyalty.rules import expiry as rules
from loyalty.rules.days import zone

UNTIL_VERIFIED = datetime(9999, 1, 1, tzinfo=UTC)
"""The release of points a guest earned: they wait until the e-mail address is verified (PRODUCT A4)."""


def terms(programme: Programme, days: int | None = None) -> rules.ExpiryPolicyTerms:
    """The programme's expiry policy as the rules read it; `days` is a rule's own lifetime."""
    return rules.ExpiryPolicyTerms(
        policy=programme.expiry_policy,
        months=programme.expiry_months,
        days=days,
        since=programme.expiry_since,
    )


def zone_of(programme: Programme) -> ZoneInfo:
    """The zone in which the programme's business days lie."""
    return zone(programme.time_zone)


def expiry(account: Account, credited_at: datetime, *, days: int | None = None) -> datetime | None:
    """When points credited at this moment expire, None for never."""
    return rules.expires_at(terms(account.programme, days), credited_at, zone_of(account.programme))


def release(account: Account, credited_at: datetime, *, hold_days: int | None = None) -> datetime:
    """When order points credited at this moment become available."""
    if account.type is CustomerType.GUEST:
        return UNTIL_VERIFIED
    days = account.programme.hold_days if hold_days is None else hold_days
    return rules.release_at(credited_at, days, zone_of(account.programme))

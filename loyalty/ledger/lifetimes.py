"""When points of this programme become available and when they expire (PRODUCT C9, J1)."""

from datetime import datetime

from loyalty.ledger.accounts import Account
from loyalty.rules import expiry as rules


def terms(account: Account) -> rules.ExpiryTerms:
    """The programme's expiry policy as the rules read it."""
    programme = account.programme
    return rules.ExpiryTerms(
        policy=programme.expiry_policy,
        months=programme.expiry_months,
        switched_on_at=programme.expiry_since,
    )


def expiry(account: Account, credited_at: datetime) -> datetime | None:
    """When points credited at this moment expire, None for never."""
    return rules.expires_at(terms(account), credited_at, account.programme.time_zone)


def release(account: Account, credited_at: datetime, *, hold_days: int | None = None) -> datetime:
    """When order points credited at this moment become available."""
    days = account.programme.hold_days if hold_days is None else hold_days
    return rules.available_at(credited_at, days, account.programme.time_zone)

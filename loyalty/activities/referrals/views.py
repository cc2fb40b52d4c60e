"""What pages about referrals are given: frozen, raw numbers, aware moments."""

from dataclasses import dataclass
from datetime import date, datetime

from db.enums import ReferralStatus
from loyalty.activities.referrals.filters import ReferralKind
from loyalty.customers.views import Tally
from loyalty.rules.referral_fraud import Evidence
from loyalty.rules.referrals import Cancellation


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two people. `uid` opens the profile; None for a friend who is no customer (yet)."""

    name: str
    email: str | None
    uid: str | None


@dataclass(frozen=True, slots=True)
class ReferralView:
    """One referral as staff read it. PRODUCT G1, G4.

    `friend` is None while somebody has only followed the link. `points` and `reward` are what the referrer
    got; `kept` is False when it was taken back. `because` says how it ended. `score` is 0 to 100, with its
    evidence, strongest first. `cancellable` and `decidable` say what a person may do now.
    """

    uid: str
    status: ReferralStatus
    version: int
    referrer: Party
    friend: Party | None
    began: datetime
    claimed: datetime | None
    lapses: datetime | None
    completed: datetime | None
    ended: datetime | None
    because: str | None
    order: str | None
    coupon: str | None
    points: int | None
    reward: str | None
    kept: bool
    score: int
    evidence: tuple[Evidence, ...]
    cancellable: bool
    decidable: bool


@dataclass(frozen=True, slots=True)
class ReferralList:
    """One keyset page. `since` and `until` are the days shown, both included.

    The tallies by kind keep the search and the days; `found` is what the whole filter matches.
    """

    rows: tuple[ReferralView, ...]
    everything: Tally
    by_kind: dict[ReferralKind, Tally]
    found: Tally
    since: date | None
    until: date
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class CustomerReferrals:
    """One customer's invitations, newest first. `code` is what the link ends in; None: this customer can't invite.

    `invited_by` is the referral that brought the customer, if any.
    """

    code: str | None
    invited_by: ReferralView | None
    rows: tuple[ReferralView, ...]
    completed: int
    pending: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class CancellationPlan:
    """A referral and what cancelling it does now, with the referrer's reward kept and taken back.

    `refused` says why it can't be cancelled; then there are no plans. `take_back` is None where nothing was paid.
    """

    referral: ReferralView
    keep: Cancellation | None
    take_back: Cancellation | None
    refused: str | None

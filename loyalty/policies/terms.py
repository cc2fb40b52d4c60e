"""The policies in force, checked, compared and written."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from db.engine import run
from db.enums import ExpiryPolicy, NegativePolicy
from loyalty import clock
from loyalty.drafts import fingerprint
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rules.expiry import ExpiryPolicyTerms, checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """`expiry_months` is the period; `hold_days` holds order points back; `negative` is what a refund may do."""

    expiry: ExpiryPolicy
    expiry_months: int
    pause_while_left: bool
    hold_days: int
    negative: NegativePolicy
    guest_earning: bool

    @property
    def seen(self) -> str:
        """The fingerprint that an edit of them carries."""
        return fingerprint(asdict(self))


def policies_of(programme: Programme) -> Policies:
    """What holds in this programme."""
    return Policies(
        expiry=programme.expiry_policy,
        expiry_months=programme.expiry_months,
        pause_while_left=programme.pause_expiry_while_left,
        hold_days=programme.hold_days,
        negative=programme.negative_policy,
        guest_earning=programme.guest_earning,
    )


def read(row: Mapping[str, Any]) -> Policies:
    """Policies as JSON remembers them."""
    return Policies(
        **{**row, "expiry": ExpiryPolicy(row["expiry"]), "negative": NegativePolicy(row["negative"])}
    )


def terms(wanted: Policies, since: datetime | None) -> ExpiryPolicyTerms:
    """Their expiry as the rules read it; `since` is when expiry was last switched on."""
    return ExpiryPolicyTerms(policy=wanted.expiry, months=wanted.expiry_months, since=since)


def since_under(now: Programme, wanted: Policies) -> datetime | None:
    """When expiry counts as switched on under these policies: now, if it was off."""
    on = now.expiry_policy is ExpiryPolicy.NONE and wanted.expiry is not ExpiryPolicy.NONE
    return clock.now() if on else now.expiry_since


def refuse(wanted: Policies) -> None:
    """Raises Invalid for policies that can't be, naming the field."""
    checked(terms(wanted, None))
    if not 1 <= wanted.expiry_months <= 120:
        raise Invalid("Points can live 1 to 120 months.", field="expiry_months")
    if not 0 <= wanted.hold_days <= 365:
        raise Invalid("Points are held back for 0 to 365 days.", field="hold_days")


async def write(programme_id: int, wanted: Policies, since: datetime | None) -> None:
    """Put them into the programme's row, in the caller's transaction."""
    await run(
        "UPDATE programmes SET expiry_policy = {}, expiry_months = {}, expiry_since = {},"
        " pause_expiry_while_left = {}, hold_days = {}, negative_policy = {}, guest_earning = {},"
        " version = version + 1 WHERE programme_id = {}",
        wanted.expiry,
        wanted.expiry_months,
        since,
        wanted.pause_while_left,
        wanted.hold_days,
        wanted.negative,
        wanted.guest_earning,
        programme_id,
    )

"""Where one customer stands, and every change of it."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import one, run
from db.enums import TierWindow
from db.ids import new_id
from loyalty.ledger.accounts import Account
from loyalty.rules.actors import Actor
from loyalty.rules.tier_windows import period_key
from loyalty.rules.tiers import Floor, Standing, TierPolicy
from loyalty.tiers.metrics import joined_on, zone_of

_SAVE = """INSERT INTO customer_tiers (programme_id, customer_id, tier_id, since, qualified_until, grace_until,
      floor_tier_id, floor_until, metric_value, evaluated_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, customer_id) DO UPDATE SET tier_id = excluded.tier_id, since = excluded.since,
      qualified_until = excluded.qualified_until, grace_until = excluded.grace_until,
      floor_tier_id = excluded.floor_tier_id, floor_until = excluded.floor_until,
      metric_value = excluded.metric_value, evaluated_at = excluded.evaluated_at,
      version = customer_tiers.version + 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A customer's row: the tier, since when, until when it is safe, and the floor given by hand."""

    tier_id: int | None = None
    since: datetime | None = None
    qualified_until: datetime | None = None
    grace_until: datetime | None = None
    floor_tier_id: int | None = None
    floor_until: datetime | None = None
    metric_value: int = 0

    @property
    def standing(self) -> Standing:
        return Standing(self.tier_id, self.qualified_until, self.grace_until)

    @property
    def floor(self) -> Floor | None:
        if self.floor_tier_id is None or self.floor_until is None:
            return None
        return Floor(self.floor_tier_id, self.floor_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One move between tiers as history keeps it. `notes` are for staff."""

    from_id: int | None
    to_id: int | None
    manual: bool
    reason: str
    notes: str = ""
    rewards_triggered: bool = False
    period: str
    metric: int


async def held(account: Account) -> Held:
    """The customer's row, or an empty one for somebody never evaluated."""
    row = await one(
        "SELECT tier_id, since, qualified_until, grace_until, floor_tier_id, floor_until, metric_value"
        " FROM customer_tiers WHERE programme_id = {} AND customer_id = {}",
        *account.key,
    )
    return Held(**row) if row else Held()


async def save(account: Account, now_held: Held) -> None:
    """Write the row; the account's lock keeps others out."""
    await run(
        _SAVE,
        *account.key,
        now_held.tier_id,
        now_held.since,
        now_held.qualified_until,
        now_held.grace_until,
        now_held.floor_tier_id,
        now_held.floor_until,
        now_held.metric_value,
        account.now,
    )


async def note(account: Account, change: Change, *, by: Actor) -> int:
    """Add the move to the customer's tier history. Returns its id."""
    change_id = new_id(account.now)
    await run(
        "INSERT INTO tier_changes (programme_id, id, customer_id, from_tier_id, to_tier_id, manual, reason, notes,"
        " rewards_triggered, period_key, metric_value, actor_kind, actor_id, actor_name, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        account.programme.id,
        change_id,
        account.customer_id,
        change.from_id,
        change.to_id,
        change.manual,
        change.reason,
        change.notes,
        change.rewards_triggered,
        change.period,
        change.metric,
        by.kind,
        by.id,
        by.name,
        account.now,
    )
    return change_id


def period_of(account: Account, policy: TierPolicy | None) -> str:
    """Names the qualification period that is open now; without a policy there is only one."""
    if policy is None:
        return TierWindow.LIFETIME.value
    today = account.now.astimezone(zone_of(account)).date()
    return period_key(policy.window, today, joined_on(account), policy.rolling_days)

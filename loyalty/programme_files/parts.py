"""What a programme file may say. Every key, its type, its range and its default are here."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from db.enums import (
    ExpiryPolicy,
    NegativePolicy,
    ObjectiveMetric,
    Platform,
    QuestionKind,
    QuestionRole,
    QuestionSection,
    RewardKind,
    RewardStatus,
    TierDowngrade,
    TierMetric,
    TierWindow,
    Unit,
)

# TOML has only texts for words: take the text and make the word of it, but nothing else of anything else.
Word = Field(strict=False)
Handle = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Points = Annotated[int, Field(ge=0, le=10**12)]
Minor = Annotated[int, Field(ge=0, le=10**15)]


class Part(BaseModel):
    """A table of the file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ExpiryPart(Part):
    """PRODUCT J1. `months` is the period; nothing is said about it when the policy is none."""

    policy: Annotated[ExpiryPolicy, Word] = ExpiryPolicy.ROLLING
    months: Annotated[int, Field(ge=1, le=120)] = 12
    pause_while_left: bool = False


class StorePart(Part):
    """A sales channel. The webhook secret itself is never in the file: only the variable that holds it."""

    handle: Handle
    name: Name
    platform: Annotated[Platform, Word]
    domain: str | None = None
    webhook_secret_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None


class TierPolicyPart(Part):
    """PRODUCT F1. `rolling_days` is for the rolling window."""

    metric: Annotated[TierMetric, Word]
    window: Annotated[TierWindow, Word] = TierWindow.LIFETIME
    rolling_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    grace_days: Annotated[int, Field(ge=0, le=366)] = 0
    downgrade: Annotated[TierDowngrade, Word] = TierDowngrade.TO_QUALIFIED


class TierPart(Part):
    """A tier; the order in the file is the rank, lowest first. `entry_rewards` are names of rewards."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    threshold: Annotated[int, Field(ge=0, le=10**15)]
    keep_threshold: Annotated[int, Field(ge=0, le=10**15)] | None = None
    multiplier_percent: Annotated[int, Field(ge=0, le=10_000)] = 100
    metal: Literal["", "bronze", "silver", "gold", "platinum"] = ""
    perks: list[Annotated[str, Field(min_length=1, max_length=200)]] = []
    entry_points: Points = 0
    entry_rewards: list[str] = []


class RewardPart(Part):
    """PRODUCT E1. `valid_until` is the last day; `stock` counts only when the reward is first created."""

    name: Name
    kind: Annotated[RewardKind, Word]
    points_price: Points
    description: Annotated[str, Field(max_length=1000)] = ""
    status: Annotated[RewardStatus, Word] = RewardStatus.ACTIVE
    value_minor: Minor | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    product: str = ""
    unit_cost_minor: Minor = 0
    stock: Minor | None = None
    per_customer: Annotated[int, Field(ge=1, le=10**9)] | None = None
    min_tier: str | None = None
    segments: list[Annotated[str, Field(min_length=1, max_length=60)]] = []
    valid_from: date | None = None
    valid_until: date | None = None
    code_valid_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    redeemable: bool = True


class OptionPart(Part):
    """An answer to choose. `key` follows from the label; `category` is what a favourite boosts."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    key: Annotated[str, Field(max_length=40)] = ""
    category: Annotated[str, Field(max_length=120)] = ""


class QuestionPart(Part):
    """PRODUCT L1. Published as the file says it; the order in the file is the order on the page."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    section: Annotated[QuestionSection, Word]
    kind: Annotated[QuestionKind, Word] = QuestionKind.MANY
    role: Annotated[QuestionRole, Word] = QuestionRole.NONE
    title: Annotated[str, Field(min_length=1, max_length=160)]
    help: Annotated[str, Field(max_length=300)] = ""
    purpose: Annotated[str, Field(max_length=300)] = ""
    options: list[OptionPart] = []
    boost_percent: Annotated[int, Field(ge=101, le=1000)] | None = None


class SurprisePart(Part):
    """PRODUCT L2: a prize of the birthday pool, points or a reward by name. `stock` counts when it is first added."""

    name: Name
    weight: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    points: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    reward: str | None = None
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = None


class ReferralsPart(Part):
    """PRODUCT G1. Rewards by name: the friend's coupon and, besides points, the referrer's."""

    enabled: bool = True
    referrer_points: Points = 0
    referrer_reward: str | None = None
    friend_reward: str | None = None
    min_order_minor: Minor = 0
    lapse_days: Annotated[int, Field(ge=1, le=3660)] = 180
    cookie_days: Annotated[int, Field(ge=1, le=366)] = 7


class ProgrammeFile(Part):
    """The whole file. `earning` holds rules as `RuleDefinition` reads them, with stores and tiers by name."""

    handle: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    name: Name
    unit: Annotated[Unit, Word] = Unit.POINTS
    unit_one: Annotated[str, Field(min_length=1, max_length=40)] = "point"
    unit_many: Annotated[str, Field(min_length=1, max_length=40)] = "points"
    time_zone: str
    currency: str
    locale: str = "en"
    brand_colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#0f6b7a"
    objective: Annotated[str, Field(max_length=500)] = ""
    objective_metric: Annotated[ObjectiveMetric, Word] = ObjectiveMetric.RETURNING
    point_value_micros: Minor = 0
    guest_earning: bool = False
    platform_customers_join: bool = False
    measures_opens: bool = False
    mails_an_hour: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    hold_days: Annotated[int, Field(ge=0, le=365)] = 14
    negative_policy: Annotated[NegativePolicy, Word] = NegativePolicy.ALLOW
    stamp_card_size: Annotated[int, Field(ge=2, le=100)] | None = None
    expiry: ExpiryPart = ExpiryPart()
    stores: list[StorePart] = []
    earning: list[dict[str, Any]] = []
    tier_policy: TierPolicyPart | None = None
    tiers: list[TierPart] = []
    rewards: list[RewardPart] = []
    referrals: ReferralsPart | None = None
    questions: list[QuestionPart] = []
    surprises: list[SurprisePart] = []

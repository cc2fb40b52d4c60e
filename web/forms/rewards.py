"""What a merchant types about a reward. PRODUCT E1."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field

from db.enums import RewardKind, RewardStatus
from loyalty.audiences.segments import SegmentNames
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rewards.catalogue import Reward
from loyalty.rewards.drafts import RewardDraft, checked
from loyalty.rewards.showcase import Showcase, showcase
from loyalty.rules import money
from loyalty.rules.days import day_end, day_start, local_day, zone
from loyalty.tiers.schemes import Scheme
from web.forms import Fields, Form
from web.forms.multipliers import Words

VALUED = {RewardKind.AMOUNT_OFF, RewardKind.GIFT_CARD, RewardKind.STORE_CREDIT, RewardKind.DONATION}
"""Kinds that are worth an amount of money."""

PICTURED = {RewardKind.FREE_PRODUCT}
MOST_POINTS = 10**12
_MOMENT = timedelta(microseconds=1)


class RewardFields(Fields):
    """`value` and `cost` are amounts as typed; `offered` False: given by tiers, referrals and staff only."""

    name: Annotated[str, Field(max_length=120)]
    description: Annotated[str, Field(max_length=1000)] = ""
    points: Annotated[int | None, Field(ge=0, le=MOST_POINTS)] = None
    offered: bool = False
    value: Annotated[str, Field(max_length=40)] = ""
    percent: int | None = None
    product: Annotated[str, Field(max_length=200)] = ""
    cost: Annotated[str, Field(max_length=40)] = ""
    stock: int | None = None
    per_customer: int | None = None
    tier: Annotated[str, Field(max_length=40)] = ""
    segments: Words = ()
    since: date | None = None
    until: date | None = None
    code_days: int | None = None
    draft: bool = False


_DRAFT_FIELDS = {
    "points_price": "points", "value_minor": "value", "unit_cost_minor": "cost", "valid_from": "since",
    "valid_until": "until", "code_valid_days": "code_days", "segment_ids": "segments",
}  # fmt: skip
"""What a field of the draft is called on the form, where the names differ."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a reward can be for."""

    scheme: Scheme
    segments: SegmentNames

    def said(self, name: str, typed: str) -> str:
        """What is typed in a field, with names for public ids."""
        if name == "tier":
            return next((each.level.name for each in self.scheme.tiers if each.uid == typed), typed)
        if name == "segments" and typed:
            return ", ".join(self.segments.names(self.segments.known(typed.split(","))))
        return typed


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed meanwhile, as they left it and as it is typed here."""

    name: str
    theirs: str
    yours: str


class RewardForm(Form[RewardFields]):
    """A reward of one kind. After `judge`, `drafted` is what would be stored."""

    model = RewardFields
    many = ("segments",)
    drafted: RewardDraft | None = None
    theirs: tuple[Difference, ...] = ()

    @classmethod
    def blank(cls) -> Self:
        form = cls()
        form.typed |= {"offered": "on"}
        return form

    def draw(self, reward: Reward, programme: Programme, whom: Whom) -> None:
        """Fill in a stored reward, in the programme's currency and days."""
        about, here = reward.about, zone(programme.time_zone)
        tier = next((each.uid for each in whom.scheme.tiers if each.level.id == about.min_tier_id), "")
        last = local_day(about.valid_until - _MOMENT, here) if about.valid_until else None
        values = {
            "name": about.name,
            "description": about.description,
            "points": about.points_price,
            "offered": "on" if about.redeemable else "",
            "value": _amount(about.value_minor, programme),
            "percent": about.percent,
            "product": about.product,
            "cost": _amount(about.unit_cost_minor or None, programme),
            "stock": about.stock,
            "per_customer": about.per_customer,
            "tier": tier,
            "segments": ",".join(whom.segments.uids[id_] for id_ in about.segment_ids),
            "since": local_day(about.valid_from, here) if about.valid_from else None,
            "until": last,
            "code_days": about.code_valid_days,
            "draft": "on" if about.status is RewardStatus.DRAFT else "",
        }
        self.typed |= {name: "" if value is None else str(value) for name, value in values.items()}
        self.version = reward.version

    def judge(self, kind: RewardKind, programme: Programme, whom: Whom, before: Reward | None = None) -> None:
        """Make the draft, or add what it refuses to the errors."""
        if self.errors:
            return
        try:
            self.drafted = checked(self._draft(kind, programme, whom, before))
        except Invalid as refused:
            field = refused.field or "name"
            self.errors[_DRAFT_FIELDS.get(field, field)] = str(refused)

    def showcase(self, kind: RewardKind, programme: Programme, whom: Whom) -> Showcase:
        """The reward as a member would see it, as far as it is typed."""
        glance = type(self)()
        glance.typed = dict.fromkeys(self.typed, "") | {
            name: self.typed[name] for name in self.typed if name not in self.errors
        }
        glance.typed["name"] = glance.typed["name"].strip() or "Your reward"
        glance._check()
        if not glance.errors:
            with suppress(Invalid):
                return showcase(glance._draft(kind, programme, whom, None))
        return showcase(RewardDraft(name=glance.typed["name"][:120], kind=kind, points_price=0))

    def stale(self, now: Reward, programme: Programme, whom: Whom) -> None:
        """Show what the reward is now beside what is typed; saving again replaces it."""
        other = type(self)()
        other.draw(now, programme, whom)
        self.theirs = tuple(
            Difference(name, whom.said(name, other.typed[name]), whom.said(name, self.typed[name]))
            for name in self.typed
            if other.typed[name].strip() != self.typed[name].strip()
        )
        self.version = now.version

    def _draft(
        self, kind: RewardKind, programme: Programme, whom: Whom, before: Reward | None
    ) -> RewardDraft:
        sent, here = self.fields, zone(programme.time_zone)
        tier = next((each.level.id for each in whom.scheme.tiers if each.uid == sent.tier), None)
        if sent.tier and tier is None:
            raise Invalid("Choose one from the list.", field="tier")
        if sent.offered and sent.points is None:
            raise Invalid("Say what it costs in points; 0 is free.", field="points")
        status = RewardStatus.DRAFT if sent.draft else RewardStatus.ACTIVE
        if before is not None and before.about.status is RewardStatus.ARCHIVED:
            status = RewardStatus.ARCHIVED
        return RewardDraft(
            name=sent.name,
            kind=kind,
            points_price=sent.points or 0,
            description=sent.description,
            status=status,
            value_minor=_minor(sent.value, programme, "value") if kind in VALUED else None,
            percent=sent.percent if kind is RewardKind.PERCENT_OFF else None,
            product=sent.product if kind in PICTURED else "",
            unit_cost_minor=_minor(sent.cost, programme, "cost") or 0,
            stock=sent.stock,
            per_customer=sent.per_customer,
            min_tier_id=tier,
            valid_from=day_start(sent.since, here) if sent.since else None,
            valid_until=day_end(sent.until, here) if sent.until else None,
            code_valid_days=sent.code_days,
            redeemable=sent.offered,
            segment_ids=whom.segments.ids(sent.segments, kept=before.about.segment_ids if before else ()),
        )


def _minor(typed: str, programme: Programme, field: str) -> int | None:
    return money.parse(typed, programme.currency, field=field) if typed else None


def _amount(minor: int | None, programme: Programme) -> str:
    return "" if minor is None else money.plain(minor, programme.currency)

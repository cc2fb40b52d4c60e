"""What a merchant types about a reward, checked (PRODUCT E1)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from db.enums import RewardKind, RewardStatus
from loyalty.errors import Invalid

_NEEDS_VALUE = {RewardKind.AMOUNT_OFF, RewardKind.GIFT_CARD, RewardKind.STORE_CREDIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardDraft:
    """`value_minor` and `unit_cost_minor` are minor units; `points_price` 0 is free for whoever may have it.

    `redeemable` False: given by tiers, referrals and staff only. `code_valid_days` counts from issuing, to
    the end of that day in the programme's zone; None is for ever. `segment_ids` empty: for everybody.
    """

    name: str
    kind: RewardKind
    points_price: int
    description: str = ""
    status: RewardStatus = RewardStatus.ACTIVE
    value_minor: int | None = None
    percent: int | None = None
    product: str = ""
    unit_cost_minor: int = 0
    stock: int | None = None
    per_customer: int | None = None
    min_tier_id: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    code_valid_days: int | None = None
    redeemable: bool = True
    segment_ids: tuple[int, ...] = ()

    @property
    def stored(self) -> tuple[Any, ...]:
        """The values of the columns, in the order of the fields."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return tuple({**values, "segment_ids": json.dumps(self.segment_ids)}.values())

    def to_dict(self) -> dict[str, Any]:
        """As JSON for the audit trail; `from_dict` reads it back."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "RewardDraft":
        values = {field.name: data[field.name] for field in fields(cls) if field.name != "segment_ids"}
        for name in ("valid_from", "valid_until"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        values["segment_ids"] = tuple(
            data.get("segment_ids", ())
        )  # what was kept before there were any has none
        return cls(**{**values, "kind": RewardKind(data["kind"]), "status": RewardStatus(data["status"])})


def checked(draft: RewardDraft) -> RewardDraft:
    """The draft when it can be stored. Raises Invalid naming the field."""
    _within("name", len(draft.name.strip()), 1, 120, "The name has 1 to 120 characters.")
    _within("description", len(draft.description), 0, 1000, "The description has up to 1000 characters.")
    _within("points_price", draft.points_price, 0, 10**12, "The price in points is a whole number from 0.")
    _within("unit_cost_minor", draft.unit_cost_minor, 0, 10**15, "The cost can't be negative.")
    if draft.kind in _NEEDS_VALUE and not draft.value_minor:
        raise Invalid("Say how much it is worth.", field="value_minor")
    _within("value_minor", draft.value_minor, 0, 10**15, "The value can't be negative.")
    if draft.kind is RewardKind.PERCENT_OFF and draft.percent is None:
        raise Invalid("Say how many percent are off.", field="percent")
    _within("percent", draft.percent, 1, 100, "The discount is 1 to 100 percent.")
    if draft.kind is RewardKind.FREE_PRODUCT and not draft.product.strip():
        raise Invalid("Name the product that is given.", field="product")
    _within("stock", draft.stock, 0, 10**12, "The stock can't be negative.")
    _within("per_customer", draft.per_customer, 1, 10**9, "The limit per customer is at least 1.")
    _within("code_valid_days", draft.code_valid_days, 1, 3660, "A code is valid for 1 to 3660 days.")
    if draft.valid_from and draft.valid_until and draft.valid_until <= draft.valid_from:
        raise Invalid("The reward ends before it begins.", field="valid_until")
    return draft


def _within(field: str, number: int | None, least: int, most: int, sentence: str) -> None:
    if number is not None and not least <= number <= most:
        raise Invalid(sentence, field=field)

"""A price cut as it is typed: how much, until when, for whom. PRODUCT E4."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.rewards.cutting import CutDraft
from web.forms import Fields, Form
from web.forms.multipliers import Words

MOST_POINTS = 10**12


class PriceCutFields(Fields):
    """`how` says which of two numbers counts when both are typed; of one alone it is clear."""

    how: Literal["percent", "points"] = "percent"
    percent: int | None = None
    new_points: Annotated[int | None, Field(le=MOST_POINTS)] = None
    since: date | None = None
    until: date
    tier: Annotated[str, Field(max_length=40)] = ""
    segments: Words = ()


class PriceCutForm(Form[PriceCutFields]):
    model = PriceCutFields
    many = ("segments",)

    def draft(self) -> CutDraft:
        """What is typed, of a form without errors."""
        sent = self.fields
        by_percent = sent.new_points is None or (sent.how == "percent" and sent.percent is not None)
        return CutDraft(
            until=sent.until,
            since=sent.since,
            percent=sent.percent if by_percent else None,
            new_points=None if by_percent else sent.new_points,
            tier_uid=sent.tier,
            segment_uids=sent.segments,
        )

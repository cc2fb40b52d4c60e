"""Deciding on a review."""

from typing import Annotated

from pydantic import Field, field_validator

from db.enums import ReviewStatus
from web.forms import Fields, Form


class DecisionFields(Fields):
    """`status` is what the review becomes; `reason` is for staff and may be empty."""

    status: ReviewStatus
    reason: Annotated[str, Field(max_length=500)] = ""

    @field_validator("status")
    @classmethod
    def _decides(cls, status: ReviewStatus) -> ReviewStatus:
        if status is ReviewStatus.PENDING:
            raise ValueError("Approve, reject or remove it.")
        return status


class DecisionForm(Form[DecisionFields]):
    model = DecisionFields

"""One decision about a ring of referrals. PRODUCT G4."""

from typing import Annotated

from pydantic import Field

from db.enums import Verdict
from web.forms import Fields, Form


class VerdictFields(Fields):
    """`seen` is the ring as it was on screen."""

    verdict: Verdict
    seen: Annotated[str, Field(max_length=100)]
    reason: Annotated[str, Field(max_length=500)]


class VerdictForm(Form[VerdictFields]):
    model = VerdictFields

"""The buttons of a campaign: schedule, pause, send a test and the like. PRODUCT M5."""

from typing import Annotated

from pydantic import Field

from web.forms import Fields, Form


class PressFields(Fields):
    """A button. `as_email`: whose eyes a test is read with."""

    as_email: Annotated[str, Field(max_length=254)] = ""


class PressForm(Form[PressFields]):
    model = PressFields

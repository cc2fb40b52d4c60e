"""Which way a reward moves in the catalogue. PRODUCT E1."""

from typing import Literal

from loyalty.errors import Invalid
from web.forms import Fields, Form


class PositionFields(Fields):
    way: Literal["up", "down"]


class PositionForm(Form[PositionFields]):
    model = PositionFields

    def refuse(self) -> None:
        """Return when a way was sent; nobody types it. Raises Invalid."""
        if self.errors:
            raise Invalid("A reward moves up or down.", field="way")

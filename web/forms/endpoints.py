"""Where text messages are handed to."""

from typing import Annotated, Self

from pydantic import Field

from loyalty.endpoints.setting import Endpoint
from loyalty.rules.endpoints import LONGEST_URL
from web.forms import Fields, Form


class EndpointFields(Fields):
    url: Annotated[str, Field(max_length=LONGEST_URL)]


class EndpointForm(Form[EndpointFields]):
    model = EndpointFields

    @classmethod
    def of(cls, endpoint: Endpoint | None) -> Self:
        form = cls()
        form.typed["url"] = endpoint.url if endpoint else ""
        return form

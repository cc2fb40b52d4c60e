"""A note about a customer. PRODUCT B3."""

from typing import Annotated

from pydantic import Field

from loyalty.notes.writing import LONGEST
from web.forms import Fields, Form


class NoteFields(Fields):
    body: Annotated[str, Field(max_length=LONGEST)]


class NoteForm(Form[NoteFields]):
    model = NoteFields

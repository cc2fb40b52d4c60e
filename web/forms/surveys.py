"""A member's answer to one question, and a vote. PRODUCT L3."""

from typing import Annotated

from pydantic import Field

from web.forms import Fields, Form


class AnswerFields(Fields):
    """`question` and `option` are keys of the edition that was shown."""

    question: Annotated[str, Field(max_length=60)]
    option: Annotated[str, Field(max_length=60)]


class AnswerForm(Form[AnswerFields]):
    model = AnswerFields


class VoteFields(Fields):
    choice: Annotated[str, Field(max_length=60)]


class VoteForm(Form[VoteFields]):
    model = VoteFields

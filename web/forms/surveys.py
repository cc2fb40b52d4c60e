"""A member's answer to one question, and a vote. PRODUCT L3."""

from typing import Annotated

from pydantic import Field

from loyalty.rules.surveys import scoring
from loyalty.rules.surveys.definitions import Definition
from web.forms import Fields, Form

NEEDED = "This is needed."


class AnswerFields(Fields):
    """`question` and `option` are keys of the edition that was shown."""

    question: Annotated[str, Field(max_length=60)]
    option: Annotated[str, Field(max_length=60)]


class AnswerForm(Form[AnswerFields]):
    model = AnswerFields

    def fits(self, quiz: Definition) -> bool:
        """Whether it answers a question of this edition; where not, the page asks for an answer again."""
        if not self.errors and not scoring.offers(quiz, self.fields.question, self.fields.option):
            self.errors["option"] = NEEDED
        return not self.errors


class VoteFields(Fields):
    choice: Annotated[str, Field(max_length=60)]


class VoteForm(Form[VoteFields]):
    model = VoteFields

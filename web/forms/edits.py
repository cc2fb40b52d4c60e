"""Editing one field of a person in place. PRODUCT B4."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from db.enums import CustomerField
from loyalty.customers.editing import AddressTaken, Editable, StaleEdit
from loyalty.errors import LoyaltyError, NotFound
from web.forms import Fields, Form


class NameFields(Fields):
    first_name: str = ""
    last_name: str = ""


class BirthdayFields(Fields):
    """Whether such a day exists is the rule's to say; here only what no calendar has."""

    day: Annotated[int | None, Field(ge=1, le=31)] = None
    month: Annotated[int | None, Field(ge=1, le=12)] = None
    year: Annotated[int | None, Field(ge=1, le=9999)] = None


class EmailFields(Fields):
    email: str = ""


class PhoneFields(Fields):
    phone: str = ""


def split(typed: object) -> list[str]:
    return str(typed).split(",")


class TagsFields(Fields):
    tags: Annotated[list[str], BeforeValidator(split)] = []


class EditForm(Form[Any]):
    """`theirs` is what somebody else left meanwhile, `owner` whose address was typed."""

    field: CustomerField
    theirs: Editable | None = None
    owner: AddressTaken | None = None

    @property
    def status(self) -> int:
        return 409 if self.theirs or self.owner else 422 if self.errors else 200

    @property
    def left(self) -> str:
        """What they left, in words; a birthday is written by the page."""
        return " ".join(typed(self.theirs.value).values()).strip() or "empty" if self.theirs else ""

    def draw(self, now: Editable) -> None:
        """Begin with the value as it is."""
        self.typed, self.version = typed(now.value), now.version

    def refuse(self, refusal: LoyaltyError) -> None:
        """Put a verb's refusal where it belongs. After a stale edit, saving again replaces their value."""
        if isinstance(refusal, StaleEdit):
            self.theirs, self.version = refusal.now, refusal.now.version
        if isinstance(refusal, AddressTaken):
            self.owner = refusal
        self.errors[refusal.field or self.field.value] = str(refusal)


class NameForm(EditForm):
    model, field = NameFields, CustomerField.NAME


class BirthdayForm(EditForm):
    model, field = BirthdayFields, CustomerField.BIRTHDAY


class EmailForm(EditForm):
    model, field = EmailFields, CustomerField.EMAIL


class PhoneForm(EditForm):
    model, field = PhoneFields, CustomerField.PHONE


class TagsForm(EditForm):
    model, field = TagsFields, CustomerField.TAGS


FORMS: dict[str, type[EditForm]] = {
    form.field.value: form for form in (NameForm, BirthdayForm, EmailForm, PhoneForm, TagsForm)
}


def form_of(field: str) -> type[EditForm]:
    """The form for a field's name in the address. Raises NotFound."""
    if field not in FORMS:
        raise NotFound("There is nothing like that to edit.")
    return FORMS[field]


def typed(value: Mapping[str, Any]) -> dict[str, str]:
    """A stored value as its inputs show it."""
    return {
        name: ", ".join(part) if isinstance(part, list) else "" if part is None else str(part)
        for name, part in value.items()
    }

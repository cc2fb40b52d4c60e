"""Changing many people at once: who is meant, and what is to be done. PRODUCT B1."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar.datastructures import FormMultiDict
from pydantic import BeforeValidator, Field

from db.enums import BatchKind
from loyalty.batches.choosing import Selection
from loyalty.campaigns.ending import Ending
from loyalty.errors import LoyaltyError, NotFound
from loyalty.rules import batches as rules
from loyalty.rules.adjustments import DEFAULT_COMMENT
from loyalty.segments.naming import LONGEST
from web.forms import Fields, Form
from web.forms.adjustments import whole
from web.forms.views import read_filter

LONGEST_UID = 40


def a_tag(typed: object) -> str:
    try:
        return rules.tag(str(typed))
    except LoyaltyError as wrong:
        raise ValueError(str(wrong)) from wrong


class BatchFields(Fields):
    """`sure`: yes, so many people. `count`: how many the person was shown."""

    sure: bool = False
    count: Annotated[int, Field(ge=0)] | None = None

    @property
    def args(self) -> dict[str, Any]:
        """What the verb needs, as JSON."""
        return self.model_dump(exclude={"sure", "count"})


class TagFields(BatchFields):
    tag: Annotated[str, BeforeValidator(a_tag)]


class AdjustFields(BatchFields):
    points: Annotated[int, BeforeValidator(whole)]
    reason: Annotated[str, Field(max_length=500)]
    comment: Annotated[str, Field(max_length=500)] = DEFAULT_COMMENT


class ExcludeFields(BatchFields):
    reason: Annotated[str, Field(max_length=500)] = ""
    void_rewards: bool = False


class ListFields(BatchFields):
    """`list` is a list's public id; else `name` is a new one's."""

    list: Annotated[str, Field(max_length=LONGEST_UID)] = ""
    name: Annotated[str, Field(max_length=LONGEST)] = ""


class EndFields(BatchFields):
    """`campaign` is its public id."""

    campaign: Annotated[str, Field(max_length=LONGEST_UID)]


class BatchForm(Form[Any]):
    """`chosen` is who is meant, `counted` how many they are now; `lists` there are; `why` a refusal of no field.

    `ending` is the campaign whose offers are to be ended.
    """

    kind: BatchKind
    chosen: Selection = Selection()
    counted: int = 0
    lists: Mapping[str, str] = {}
    ending: Ending | None = None
    why: str = ""
    status: int = 200

    def refuse(self, refusal: LoyaltyError) -> None:
        """Put a verb's refusal where it belongs."""
        self.status = refusal.status
        if refusal.field in self.typed:
            self.errors[str(refusal.field)] = str(refusal)
        else:
            self.why = str(refusal)

    @property
    def asks(self) -> bool:
        """Whether so many people need to be meant once more."""
        return self.counted > rules.ASKS_ABOVE

    @property
    def people(self) -> str:
        return rules.people(self.counted)


class TagForm(BatchForm):
    model, kind = TagFields, BatchKind.TAG


class UntagForm(BatchForm):
    model, kind = TagFields, BatchKind.UNTAG


class AdjustForm(BatchForm):
    model, kind = AdjustFields, BatchKind.ADJUST


class ListForm(BatchForm):
    model, kind = ListFields, BatchKind.LIST


class ExcludeForm(BatchForm):
    model, kind = ExcludeFields, BatchKind.EXCLUDE


class EndForm(BatchForm):
    model, kind = EndFields, BatchKind.END_OFFERS


FORMS: dict[str, type[BatchForm]] = {
    form.kind.value: form for form in (TagForm, UntagForm, AdjustForm, ListForm, ExcludeForm, EndForm)
}
ACTIONS = {
    BatchKind.TAG: "customers.edit",
    BatchKind.UNTAG: "customers.edit",
    BatchKind.ADJUST: "points.adjust",
    BatchKind.LIST: "segments.edit",
    BatchKind.EXCLUDE: "customers.exclude",
    BatchKind.END_OFFERS: "campaigns.edit",
}
"""What somebody must be allowed to do to one person (web.permissions) to do it to many."""


def form_of(kind: str) -> type[BatchForm]:
    """The form for a kind in the address. Raises NotFound."""
    if kind not in FORMS:
        raise NotFound("There is nothing like that to do to many people.")
    return FORMS[kind]


def selection(sent: FormMultiDict | Mapping[str, str]) -> Selection:
    """Who is meant: who has something of `campaign`, with `all` whom the `filter` lets through, else the ticked."""
    if sent.get("campaign"):
        return Selection(campaign=str(sent["campaign"])[:LONGEST_UID])
    if sent.get("all"):
        return Selection(read_filter(str(sent.get("filter", ""))))
    ticked = sent.getall("who", []) if hasattr(sent, "getall") else []
    return Selection(uids=tuple(str(uid)[:LONGEST_UID] for uid in ticked[: rules.MOST_PICKED]))

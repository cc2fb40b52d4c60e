"""What is typed about segments: the value map with its thresholds, thresholds of behaviour, lists."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeAlias

from litestar.datastructures import FormMultiDict, MultiDict
from pydantic import Field

from loyalty.errors import Invalid
from loyalty.integrations import files
from loyalty.rules import money
from loyalty.rules.segment_maps import MOST_ROWS, PRESETS, Map, Row
from loyalty.rules.segment_scores import Cuts, fixed
from loyalty.rules.segment_thresholds import BEHAVIOURS
from loyalty.segments.finding import Found
from loyalty.segments.footing import Policy
from loyalty.segments.naming import LONGEST
from loyalty.segments.stored import Segment
from web.forms import LONGEST_KEY, Fields, Form, whole

LONGEST_SHEET = 4_000_000
SPARE = 3
"""Empty rows under the last one, so that a map can grow without a script."""

_CELLS = ("name", "r1", "r2", "f1", "f2", "m1", "m2")
_USUAL = (("180", "90", "60", "30"), ("2", "3", "5", "8"), ("50", "100", "200", "400"))


Sent: TypeAlias = FormMultiDict | MultiDict[Any]


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of the map as typed."""

    name: str = ""
    r1: str = "1"
    r2: str = "5"
    f1: str = "1"
    f2: str = "5"
    m1: str = "1"
    m2: str = "5"


class MapForm:
    """The map and its scoring, kept as typed. `draft` is None while something is wrong."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.rows: list[TypedRow] = []
        self.scoring = "automatic"
        self.cuts: dict[str, Sequence[str]] = dict(zip(("r", "f", "m"), _USUAL, strict=True))
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = None
        self.draft: Policy | None = None

    @classmethod
    def of(cls, policy: Policy, currency: str, preset: str = "") -> Self:
        """The map in force, or one to begin from."""
        form = cls(currency)
        form.version = policy.version
        form.rows = [_typed(row) for row in PRESETS.get(preset, policy.map)]
        if policy.fixed is not None:
            form.scoring = "fixed"
            form.cuts = {
                "r": tuple(str(step) for step in policy.fixed.r),
                "f": tuple(str(step) for step in policy.fixed.f),
                "m": tuple(money.plain(step or 0, currency) for step in policy.fixed.m),
            }
        form._check()
        return form

    @classmethod
    def read(cls, sent: Sent, currency: str) -> Self:
        """Check what was sent. Never raises: look at `errors`."""
        form = cls(currency)
        columns = [[str(cell)[:80] for cell in sent.getall(name, [])] for name in _CELLS]
        form.rows = [TypedRow(*cells) for cells in list(zip(*columns, strict=False))[: MOST_ROWS + SPARE]]
        form.rows = [row for row in form.rows if row.name.strip()]
        form.scoring = "fixed" if sent.get("scoring", "") == "fixed" else "automatic"
        for name in form.cuts:
            given = [str(cell).strip()[:20] for cell in sent.getall(f"cut_{name}", [])][:4]
            if len(given) == len(form.cuts[name]):
                form.cuts[name] = given
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        form._check()
        return form

    def _check(self) -> None:
        try:
            rows: Map = tuple(_row(row) for row in self.rows)
            self.draft = Policy(self._fixed(), rows)
        except Invalid as wrong:
            self.errors[wrong.field or "map"] = str(wrong)

    def _fixed(self) -> Cuts | None:
        if self.scoring != "fixed":
            return None
        r, f = ([_whole(cell, name) for cell in self.cuts[name]] for name in ("r", "f"))
        return fixed(r, f, [money.parse(cell or "0", self.currency, field="m") for cell in self.cuts["m"]])


class ThresholdForm:
    """The thresholds of one behavioural segment, by name."""

    def __init__(self, segment: Segment) -> None:
        self.known = BEHAVIOURS[segment.definition["rule"]].thresholds
        self.typed = {name: str(segment.definition[name]) for name in self.known}
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = segment.version
        self.given: dict[str, int] = {}

    @classmethod
    def read(cls, segment: Segment, sent: Mapping[str, Any]) -> Self:
        form = cls(segment)
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        for name in form.known:
            form.typed[name] = str(sent.get(name, form.typed[name])).strip()[:12]
            try:
                form.given[name] = _whole(form.typed[name], name)
            except Invalid as wrong:
                form.errors[name] = str(wrong)
        return form


class PeopleFields(Fields):
    """`people` is typed or was in the file, `sheet` the file's name; `column` as `segment_sheets` stores it."""

    people: Annotated[str, Field(max_length=LONGEST_SHEET)]
    sheet: Annotated[str, Field(max_length=200)] = ""
    column: Annotated[str, Field(max_length=20)] = ""


class ListFields(PeopleFields):
    name: Annotated[str, Field(max_length=LONGEST)]


class PeopleForm(Form[Any]):
    """Who is put on a list. Nobody is before they were shown: `seen` stands for what was looked at last.

    `found` is who is meant as things are, `columns` what the first row calls them.
    """

    model: type[PeopleFields] = PeopleFields
    seen = ""
    columns: Sequence[str] = ()
    found: Found | None = None

    @classmethod
    def sent(cls, given: FormMultiDict, file: tuple[bytes, str] | None) -> Self:
        """What was typed, or is in a file that came with it, which then goes for the text. Never raises."""
        wrong = ""
        if file is not None:
            raw, name = file
            try:
                text = "".join(files.decoded(iter((raw,) if raw else ()), name))
            except Invalid as refusal:
                wrong, text = str(refusal), ""
            given = FormMultiDict({**given, "people": text, "sheet": name, "column": "", "seen": ""})
        form = cls.read(given)
        form.seen = str(given.get("seen", ""))[:64]
        if wrong or len(form.typed["people"]) > LONGEST_SHEET:
            form.errors["file"] = (
                wrong or "This is too much for one list. Leave out the columns it doesn’t need."
            )
            form.errors.pop("people", None)
            form.typed |= {"people": "", "sheet": ""}
        elif "people" in form.errors:
            form.errors["people"] = "Choose a file, or paste addresses."
        return form

    @property
    def column(self) -> str | None:
        """The column that was chosen; None before anything was shown to choose from."""
        return self.typed["column"] if self.seen else None

    @property
    def is_seen(self) -> bool:
        """Whether exactly this was shown before."""
        return self.seen == self.mark

    @property
    def mark(self) -> str:
        """Stands for what is meant, however a browser ends its lines."""
        said = "\n".join((*self.typed["people"].split(), self.typed["column"]))
        return hashlib.sha256(said.encode()).hexdigest()

    def shown(self, columns: Sequence[str], column: str, found: Found) -> None:
        """What is meant was looked up, so that it can be saved as it is."""
        self.columns, self.found = columns, found
        self.typed["column"] = column
        self.seen = self.mark


class ListForm(PeopleForm):
    model = ListFields


class DeclaredFields(Fields):
    name: Annotated[str, Field(max_length=LONGEST)] = ""
    choice: Annotated[str, Field(max_length=200)]


class DeclaredForm(Form[DeclaredFields]):
    model = DeclaredFields


def _typed(row: Row) -> TypedRow:
    numbers = (str(score) for span in (row.r, row.f, row.m) for score in span)
    return TypedRow(row.segment, *numbers)


def _row(typed: TypedRow) -> Row:
    r1, r2, f1, f2, m1, m2 = (
        _whole(cell, "map") for cell in (typed.r1, typed.r2, typed.f1, typed.f2, typed.m1, typed.m2)
    )
    return Row(" ".join(typed.name.split()), (r1, r2), (f1, f2), (m1, m2))


def _whole(text: str, field: str) -> int:
    try:
        return whole(text)
    except ValueError as wrong:
        raise Invalid(str(wrong), field=field) from wrong

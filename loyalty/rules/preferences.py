"""What a question may be and what answers it (PRODUCT L1).

A question has a key for ever; its words are published in versions, and an answer belongs to the version
that was shown. Options have keys of their own, so that another label stays the same answer.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.enums import QuestionKind, QuestionRole, QuestionSection
from loyalty.errors import Invalid

LONGEST_KEY = 40
LONGEST_TITLE = 160
LONGEST_TEXT = 300
LONGEST_LABEL = 80
LONGEST_BODY = 500
MOST_OPTIONS = 24

CHOSEN = frozenset({QuestionKind.ONE, QuestionKind.MANY, QuestionKind.FREQUENCY})
"""Kinds that the merchant writes options for."""

YES_NO = ("yes", "no")
FIXED = {
    QuestionRole.CHANNELS: ("email", "sms", "portal"),
    QuestionRole.TOPICS: ("weekly_digest", "new_rewards", "big_sales"),
    QuestionRole.PAUSE: ("month", "quarter", "half_year"),
    QuestionRole.OPENS: ("opens",),
}
"""Keys that options of a question with a role may have; their labels are the merchant's."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `category`: the product category that choosing it boosts (PRODUCT I3)."""

    key: str
    label: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a member reads: the question, a hint, what the answer is used for, and the options."""

    title: str
    help: str = ""
    purpose: str = ""
    options: tuple[Option, ...] = ()

    def label(self, key: str) -> str:
        """What an option is called in these words, or its key where they don't have it."""
        return next((option.label for option in self.options if option.key == key), key)

    def to_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "help": self.help,
            "purpose": self.purpose,
            "options": plain(self.options),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a merchant types about a question. `boost_percent` 200: choosing a category earns double there once."""

    section: QuestionSection
    kind: QuestionKind
    words: Words
    key: str = ""
    role: QuestionRole = QuestionRole.NONE
    boost_percent: int | None = None


def plain(options: Iterable[Option]) -> list[dict[str, str]]:
    """Options as JSON; `options` reads them back."""
    return [
        {"key": each.key, "label": each.label, **({"category": each.category} if each.category else {})}
        for each in options
    ]


def options(data: Iterable[Mapping[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(each["key"], each["label"], each.get("category", "")) for each in data)


def slug(text: str) -> str:
    """A key made of words: “Premium Coffee” becomes premium_coffee."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", folded).strip("_")[:LONGEST_KEY].strip("_")


def checked(draft: Draft) -> Draft:
    """The draft as it is stored, with keys for everything that has none. Raises Invalid naming the field."""
    words = draft.words
    title = " ".join(words.title.split())
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"A question has 1 to {LONGEST_TITLE} characters.", field="title")
    for field, text in (("help", words.help), ("purpose", words.purpose)):
        if len(text.strip()) > LONGEST_TEXT:
            raise Invalid(f"Keep this within {LONGEST_TEXT} characters.", field=field)
    key = slug(draft.key or title) or f"question_{zlib.crc32(title.encode()):x}"
    if draft.role is not QuestionRole.NONE and draft.section is not QuestionSection.COMMUNICATION:
        raise Invalid("This question belongs to communication.", field="section")
    if draft.role is not QuestionRole.NONE and draft.kind not in CHOSEN:
        raise Invalid("This question needs options to choose.", field="kind")
    if draft.boost_percent is not None and not 101 <= draft.boost_percent <= 1000:
        raise Invalid("A boost multiplies by 101 to 1000 percent.", field="boost_percent")
    if draft.boost_percent is not None and draft.kind is not QuestionKind.ONE:
        raise Invalid("Only a question with one answer can name a favourite.", field="boost_percent")
    found = _options(draft)
    if draft.boost_percent is not None and not any(option.category for option in found):
        raise Invalid("Say which product category at least one answer stands for.", field="boost_percent")
    return Draft(
        section=draft.section,
        kind=draft.kind,
        words=Words(title, words.help.strip(), words.purpose.strip(), found),
        key=key,
        role=draft.role,
        boost_percent=draft.boost_percent,
    )


def _options(draft: Draft) -> tuple[Option, ...]:
    if draft.kind is QuestionKind.YES_NO:
        return (Option("yes", "Yes"), Option("no", "No"))
    if draft.kind not in CHOSEN:
        return ()
    found: list[Option] = []
    for each in draft.words.options:
        label = " ".join(each.label.split())
        if not label:
            continue
        if len(label) > LONGEST_LABEL:
            raise Invalid(f"An answer has at most {LONGEST_LABEL} characters.", field="options")
        key = slug(each.key) or slug(label) or f"option_{zlib.crc32(label.encode()):x}"
        found.append(Option(key, label, " ".join(each.category.split())[:120]))
    _refuse_odd(found, draft.role)
    return tuple(found)


def _refuse_odd(found: Sequence[Option], role: QuestionRole) -> None:
    if len(found) < (1 if role is not QuestionRole.NONE else 2):
        raise Invalid("Offer at least two answers.", field="options")
    if len(found) > MOST_OPTIONS:
        raise Invalid(f"Offer at most {MOST_OPTIONS} answers.", field="options")
    for what in ("key", "label"):
        seen = [getattr(option, what).casefold() for option in found]
        twice = next((each for each, word in zip(found, seen, strict=True) if seen.count(word) > 1), None)
        if twice is not None:
            raise Invalid(f"“{twice.label}” is there twice.", field="options")
    fixed = FIXED.get(role, ())
    strange = next((option for option in found if fixed and option.key not in fixed), None)
    if strange is not None:
        raise Invalid(f"“{strange.label}” can't be enforced: reword what is there instead.", field="options")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said: keys of options in the question's order, or free text. Empty: nothing."""

    options: tuple[str, ...] = ()
    body: str = ""

    @property
    def empty(self) -> bool:
        return not self.options and not self.body


NOTHING = Answer()


def answer(kind: QuestionKind, shown: Words, now: Words, sent: Sequence[str]) -> Answer:
    """What was sent as an answer to a question that was `shown`, while its words `now` may be others.

    Nothing sent is no answer. Raises Invalid for what was never offered, isn't offered any more, or is
    too much.
    """
    given = [word.strip() for word in sent if word.strip()]
    if kind is QuestionKind.TEXT:
        body = " ".join(given)
        if len(body) > LONGEST_BODY:
            raise Invalid(f"Keep this within {LONGEST_BODY} characters; it has {len(body)}.")
        return Answer(body=body)
    offered = [option.key for option in now.options]
    for word in given:
        if word not in offered and word in {option.key for option in shown.options}:
            raise Invalid(f"“{shown.label(word)}” isn't offered any more. Choose another answer.")
        if word not in offered:
            raise Invalid("One of these answers doesn't exist. Choose from the list.")
    if kind is not QuestionKind.MANY and len(set(given)) > 1:
        raise Invalid("Choose one answer.")
    return Answer(options=tuple(key for key in offered if key in given))


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a profile is told. `complete`: nothing is missing, or it was complete before (PRODUCT L2)."""

    told: int
    asked: int
    completed_before: bool = False

    @property
    def complete(self) -> bool:
        return self.completed_before or (self.asked > 0 and self.told >= self.asked)

    @property
    def missing(self) -> int:
        return 0 if self.complete else self.asked - self.told

    @property
    def percent(self) -> int:
        if self.complete:
            return 100
        return self.told * 100 // self.asked if self.asked else 0


def counts(section: QuestionSection) -> bool:
    """Whether a question belongs to the profile that is rewarded: what one wants to be sent does not."""
    return section is not QuestionSection.COMMUNICATION


def fingerprint(values: Mapping[str, Any]) -> int:
    """Stands for what was answered when a form was drawn; another one shows that somebody was faster."""
    said = sorted((key, str(value)) for key, value in values.items())
    return zlib.crc32(repr(said).encode())

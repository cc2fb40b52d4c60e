"""Granting a one-shot multiplier. PRODUCT I3."""

import re
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from loyalty.rules.earning_rules import Matching
from loyalty.rules.multipliers import LEAST, MOST
from web.forms import Fields, Form

_TIMES = re.compile(r"[×x]?\s*(\d{1,2})(?:[.,](\d{1,2}))?")
DAYS = 30


def percent(typed: str) -> int:
    """“2”, “1.5” or “×1,5” in percent."""
    found = _TIMES.fullmatch(typed.strip())
    if found is None:
        raise ValueError("Enter how many times, such as 2 or 1.5.")
    times = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    if not LEAST <= times <= MOST:
        raise ValueError("A multiplier goes from ×1.01 to ×10.")
    return times


def words(typed: str) -> tuple[str, ...]:
    """What stands between commas or on lines of its own, each once."""
    parts = [part.strip() for part in re.split(r"[,;\n]", typed)]
    return tuple(dict.fromkeys(part for part in parts if part))


Words = Annotated[tuple[str, ...], BeforeValidator(words)]


class MultiplierFields(Fields):
    """`until` is the last day. Without categories, tags and products it is for everything."""

    times: Annotated[int, BeforeValidator(percent)]
    categories: Words = ()
    tags: Words = ()
    products: Words = ()
    until: date
    reason: Annotated[str, Field(max_length=500)] = ""

    @property
    def scope(self) -> Matching:
        """A product is named by its id or its SKU: either will do."""
        return Matching(
            products=self.products, skus=self.products, categories=self.categories, tags=self.tags
        )


class MultiplierForm(Form[MultiplierFields]):
    model = MultiplierFields

    @classmethod
    def blank(cls, today: date) -> Self:
        """A new form: double, for a month."""
        form = cls()
        form.typed |= {"times": "2", "until": (today + timedelta(days=DAYS)).isoformat()}
        return form

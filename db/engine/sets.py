"""Sets as values: one parameter however many there are, so that a statement stays one text."""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

Part: TypeAlias = tuple[str, tuple[Any, ...]]
"""A piece of SQL and the values for its marks."""


def one_of(column: str, values: Sequence[Any], type_: str, *, sqlite: bool) -> Part:
    """That a column is one of these values, of this type of the database."""
    if sqlite:
        return f"{column} IN (SELECT value FROM json_each({{}}))", (json.dumps(list(values)),)
    return f"{column} = ANY(CAST({{}} AS {type_}[]))", (list(values),)

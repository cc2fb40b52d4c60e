"""Sets as values: one parameter however many there are, so that a statement stays one text."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Part: TypeAlias = tuple[str, tuple[Any, ...]]
"""A piece of SQL and the values for its marks."""


def one_of(column: str, values: Sequence[Any], type_: str, *, sqlite: bool) -> Part:
    """That a column is one of these values, of this type of the database."""
    if sqlite:
        return f"{column} IN (SELECT value FROM json_each({{}}))", (json.dumps(list(values)),)
    return f"{column} = ANY(CAST({{}} AS {type_}[]))", (list(values),)


def rows_of(columns: Mapping[str, str], rows: Sequence[Sequence[Any]], *, sqlite: bool) -> Part:
    """A derived table of these rows, to be given a name; `columns` are names and types, of BIGINT and TEXT."""
    if sqlite:
        cells = ", ".join(f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(columns))
        return f"(SELECT {cells} FROM json_each({{}}))", (json.dumps([list(row) for row in rows]),)
    arrays = ", ".join(f"CAST({{}} AS {type_}[])" for type_ in columns.values())
    return f"(SELECT * FROM unnest({arrays}) AS given({', '.join(columns)}))", tuple(
        list(each) for each in zip(*rows, strict=True)
    )

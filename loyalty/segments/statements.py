"""Statements put together from pieces that each carry their own values, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Row, is_sqlite, rows, run
from loyalty.customers.search import Condition

_MARK = "$$"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in which `$$` stands for the next piece: a Condition with its values, or one value."""

    text: str

    def filled(self, *pieces: object) -> Condition:
        parts = self.text.split(_MARK)
        assert len(parts) == len(pieces) + 1, "a piece for every mark"
        text = parts[0]
        values: list[object] = []
        for piece, following in zip(pieces, parts[1:], strict=True):
            if isinstance(piece, Condition):
                text += piece.sql + following
                values.extend(piece.args)
            else:
                text += "{}" + following
                values.append(piece)
        return Condition(text, tuple(values))

    async def run(self, *pieces: object) -> list[Row]:
        filled = self.filled(*pieces)
        return await run(filled.sql, *filled.args)

    async def rows(self, *pieces: object) -> list[Row]:
        filled = self.filled(*pieces)
        return await rows(filled.sql, *filled.args)


def json_object(fields: Sequence[tuple[str, str | Condition]]) -> Condition:
    """An object of whole numbers as the engine's JSON: names, and SQL of integers that may be NULL."""
    found = [(name, Condition(sql) if isinstance(sql, str) else sql) for name, sql in fields]
    pairs = " || ',' || ".join(
        f"'\"{name}\":' || coalesce(CAST({sql.sql} AS TEXT), 'null')" for name, sql in found
    )
    text = f"'{{{{' || {pairs} || '}}}}'" if pairs else "'{{}}'"
    args = tuple(arg for _, sql in found for arg in sql.args)
    return Condition(text if is_sqlite() else f"CAST({text} AS JSONB)", args)

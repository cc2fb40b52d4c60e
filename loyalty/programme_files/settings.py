"""The programme's own settings: the top of a programme file, and its expiry."""

from typing import Any

from db.engine import one, run, value
from db.enums import ExpiryPolicy
from db.ids import new_uid
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.programme_files.parts import ExpiryPart, ProgrammeFile

SETTINGS = (
    "name", "unit", "unit_one", "unit_many", "time_zone", "currency", "locale", "brand_colour", "objective",
    "objective_metric",
    "point_value_micros", "guest_earning", "platform_customers_join", "measures_opens", "mails_an_hour",
    "hold_days", "negative_policy", "stamp_card_size",
)  # fmt: skip
"""Keys of the file that are columns of the same name."""

_EXPIRY = {
    "policy": "expiry_policy",
    "months": "expiry_months",
    "pause_while_left": "pause_expiry_while_left",
}
_COLUMNS = (*SETTINGS, *_EXPIRY.values())


async def stored(programme_id: int) -> dict[str, Any]:
    """The settings as a file says them, handle and expiry included."""
    row = await one(
        f"SELECT handle, {', '.join(_COLUMNS)} FROM programmes WHERE programme_id = {{}}", programme_id
    )
    assert row is not None
    expiry = {key: row.pop(column) for key, column in _EXPIRY.items()}
    return {**row, "expiry": ExpiryPart.model_validate(expiry)}


async def lock(handle: str) -> int | None:
    """The programme with this handle, locked against a second apply; None when there is none."""
    held = await run(
        "UPDATE programmes SET version = version WHERE handle = {} RETURNING programme_id", handle
    )
    return held[0]["programme_id"] if held else None


async def create(file: ProgrammeFile) -> int:
    """A new programme with the next free number: somebody who hosts their own simply has programme 1."""
    taken = await value("SELECT max(programme_id) FROM programmes")
    programme_id = int(taken or 0) + 1
    values = _values(file)
    await run(
        f"INSERT INTO programmes (programme_id, uid, handle, created_at, {', '.join(values)})"
        f" VALUES ({', '.join(['{}'] * (4 + len(values)))})",
        programme_id,
        new_uid(),
        file.handle,
        clock.now(),
        *values.values(),
    )
    return programme_id


async def bring(programme_id: int, file: ProgrammeFile) -> list[str]:
    """Change what differs. Switching expiry on starts its clock now (PRODUCT J1). Returns what changed."""
    row = await one(f"SELECT {', '.join(_COLUMNS)} FROM programmes WHERE programme_id = {{}}", programme_id)
    assert row is not None
    changed = {name: new for name, new in _values(file).items() if row[name] != new}
    if not changed:
        return []
    await _refuse_what_cant_change(programme_id, changed)
    if row["expiry_policy"] == ExpiryPolicy.NONE and "expiry_policy" in changed:
        changed["expiry_since"] = clock.now()
    pairs = ", ".join(f"{name} = {{}}" for name in changed)
    await run(
        f"UPDATE programmes SET {pairs}, version = version + 1 WHERE programme_id = {{}}",
        *changed.values(),
        programme_id,
    )
    return [f"{name}: {row[name]} → {new}" for name, new in changed.items() if name in row]


async def _refuse_what_cant_change(programme_id: int, changed: dict[str, Any]) -> None:
    for name, table, what in (("currency", "orders", "orders"), ("unit", "ledger_entries", "ledger entries")):
        if name in changed and await value(
            f"SELECT 1 FROM {table} WHERE programme_id = {{}} LIMIT 1", programme_id
        ):
            raise Invalid(f"{name}: it can't change any more, because there are {what} already.", field=name)


def _values(file: ProgrammeFile) -> dict[str, Any]:
    plain = {name: getattr(file, name) for name in SETTINGS}
    return plain | {column: getattr(file.expiry, key) for key, column in _EXPIRY.items()}

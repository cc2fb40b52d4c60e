"""Changing the programme's details in one transaction, unless somebody else just did."""

from dataclasses import asdict, dataclass
from typing import Any

from db.engine import atomic, one, retried, run, snapshot
from db.enums import Unit
from loyalty import audit, programmes, repeats
from loyalty.audit import Action
from loyalty.drafts import fingerprint
from loyalty.errors import Invalid, Stale
from loyalty.preferences import ready_made
from loyalty.programme_details.details import DEFAULT_CARD, FIELDS, Details, checked, details_of
from loyalty.programmes import Programme
from loyalty.rules.actors import Actor

_USED = """SELECT EXISTS (SELECT 1 FROM orders o WHERE o.programme_id = {0}) AS orders,
    EXISTS (SELECT 1 FROM ledger_entries e WHERE e.programme_id = {0}) AS entries"""


@dataclass(frozen=True, slots=True)
class Editable:
    """`seen` is the fingerprint an edit carries; currency and unit are fixed once there are orders, entries."""

    details: Details
    seen: str
    currency_fixed: bool
    unit_fixed: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """What to say. `action` None: everything was so already."""

    sentence: str
    action: Action | None


async def editable(programme_id: int) -> Editable:
    """What is set, and what can't be set any more."""
    async with snapshot():
        programme = await programmes.get(programme_id)
        used = await one(_USED, programme_id)
    assert used is not None
    details = details_of(programme)
    return Editable(details, fingerprint(asdict(details)), bool(used["orders"]), bool(used["entries"]))


@retried
async def edit(programme_id: int, wanted: Details, *, seen: str, by: Actor, key: str) -> Edited:
    """Set the details. Raises Invalid (naming the field), Stale, KeyReused.

    Currency and unit can't change once there are orders or entries: what is written would mean something else.
    Once opens are measured, members are asked whether theirs may be.
    """
    wanted, asked = checked(wanted), repeats.mark(key, asdict(wanted))
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        done = await repeats.earlier(programme_id, "programme.edited", ("programme", programme_id), asked)
        if done is not None:
            return Edited(done.action.sentence, done.action)
        now = await editable(programme_id)
        if seen != now.seen:
            raise Stale(
                "Somebody else changed these settings meanwhile. Below is what you typed; save again to keep it."
            )
        if wanted == now.details:
            return Edited("Everything was set so already", None)
        refuse_fixed(now, wanted)
        await write(await programmes.get(programme_id), wanted)
        if wanted.measures_opens and not now.details.measures_opens:
            await ready_made.ask_about_opens(programme_id, by=by)
        changed = [name for name in FIELDS if getattr(wanted, name) != getattr(now.details, name)]
        before, after = ({name: getattr(it, name) for name in changed} for it in (now.details, wanted))
        action = await audit.record(
            programme_id,
            "programme.edited",
            ("programme", programme_id),
            f"The settings of {wanted.name} have been changed",
            by=by,
            before=before,
            after={**after, **asked.stored},
            undo=_undo(now.details, wanted),
        )
        return Edited(action.sentence, action)


def refuse_fixed(now: Editable, wanted: Details) -> None:
    """Raises Invalid for a currency or unit that can't change any more."""
    if now.currency_fixed and wanted.currency != now.details.currency:
        raise Invalid(
            f"There are orders in {now.details.currency} already, so the currency can't change any more.",
            field="currency",
        )
    if now.unit_fixed and wanted.unit != now.details.unit:
        raise Invalid(
            f"Customers have {now.details.unit_many} already, so points and stamps can't be exchanged any more.",
            field="unit",
        )


async def write(programme: Programme, wanted: Details) -> None:
    """Put them into the programme's row, in the caller's transaction. Stamps need a card, points have none."""
    card = (programme.stamp_card_size or DEFAULT_CARD) if wanted.unit is Unit.STAMPS else None
    values: dict[str, Any] = {**asdict(wanted), "stamp_card_size": card}
    pairs = ", ".join(f"{name} = {{}}" for name in values)
    await run(
        f"UPDATE programmes SET {pairs}, version = version + 1 WHERE programme_id = {{}}",
        *values.values(),
        programme.id,
    )


def _undo(before: Details, after: Details) -> dict[str, Any]:
    return {
        "noun": "programme_details",
        "verb": "programme.edited",
        "before": asdict(before),
        "left": fingerprint(asdict(after)),
    }

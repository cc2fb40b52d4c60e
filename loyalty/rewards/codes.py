"""Codes at the till: reserve, use, release, and used with an order of a shop (PRODUCT E3).

`till` names one sale at one till ("till-3:4711"); repeating a call with it changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, retried, rows
from db.enums import ActorKind, IssuedStatus
from loyalty import audit, clock
from loyalty.audit import Action
from loyalty.errors import Invalid
from loyalty.rewards import issued
from loyalty.rewards.issued import IssuedReward
from loyalty.rules import codes
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.codes import Issued, normalised_code


@dataclass(frozen=True, slots=True)
class Checked:
    """The copy after the call, what to say, and the action; None when nothing changed."""

    copy: IssuedReward
    sentence: str
    action: Action | None


@retried
async def reserve(programme_id: int, code: str, *, till: str, by: Actor) -> Checked:
    """Hold a code for 15 minutes while the till takes payment; the same sale may prolong it.

    Raises NotFound, Invalid (no code, or expired), AlreadyDone (used, void, or held by another sale).
    """
    async with atomic():
        copy = await _locked(programme_id, code)
        life = codes.reserve(copy.life, till, clock.now())
        return await _changed(programme_id, copy, life, "reserved", by=by)


@retried
async def use(programme_id: int, code: str, *, till: str, by: Actor, order: str = "") -> Checked:
    """Use a code up, reserved before or not. `order` is printed in history; the sale's name when empty.

    Raises as `reserve` does.
    """
    async with atomic():
        copy, order = await _locked(programme_id, code), order or till
        if copy.life.status is IssuedStatus.USED and copy.life.used_order == order:
            return Checked(copy, _sentence(copy, "used"), None)
        life = codes.use(copy.life, till, clock.now(), order=order)
        return await _changed(programme_id, copy, life, "used", by=by)


@retried
async def release(programme_id: int, code: str, *, till: str, by: Actor) -> Checked:
    """Let a held code go; releasing a free one changes nothing.

    Raises NotFound, NotAllowed (another sale holds it), AlreadyDone (used, void or expired).
    """
    async with atomic():
        copy = await _locked(programme_id, code)
        life = codes.release(copy.life, till, clock.now())
        if life == copy.life:
            return Checked(copy, _sentence(copy, "released"), None)
        return await _changed(programme_id, copy, life, "released", by=by)


async def use_with_order(
    programme_id: int, typed: Sequence[str], order: str, now: datetime
) -> tuple[IssuedReward, ...]:
    """Use up our codes among an order's discount codes, in the caller's transaction. Returns those used now.

    The shop has given the discount already, so a code that can't be used any more is left as it is, and
    so are codes that aren't ours.
    """
    used: list[IssuedReward] = []
    for copy_id in await _ours(programme_id, typed):
        copy = await issued.lock(programme_id, id_=copy_id)
        if codes.status_at(copy.life, now) not in (IssuedStatus.OUTSTANDING, IssuedStatus.RESERVED):
            continue
        life = codes.use(copy.life, copy.life.reserved_by, now, order=order)
        await _changed(programme_id, copy, life, "used", by=SYSTEM)
        used.append(copy)
    return tuple(used)


async def _ours(programme_id: int, typed: Sequence[str]) -> list[int]:
    plain = []
    for code in typed:
        try:
            plain.append(normalised_code(code))
        except Invalid:
            continue
    if not plain:
        return []
    marks = ", ".join(["{}"] * len(plain))
    found = await rows(
        f"SELECT id FROM issued_rewards WHERE programme_id = {{}} AND code IN ({marks}) ORDER BY id",
        programme_id,
        *plain,
    )
    return [row["id"] for row in found]


async def _locked(programme_id: int, code: str) -> IssuedReward:
    return await issued.lock(programme_id, code=normalised_code(code))


async def _changed(programme_id: int, copy: IssuedReward, life: Issued, word: str, *, by: Actor) -> Checked:
    await issued.save(programme_id, copy.id, life)
    sentence = _sentence(copy, word)
    action = await audit.record(
        programme_id,
        f"code.{word}",
        ("issued_reward", copy.id),
        sentence,
        by=by,
        customer_id=copy.customer_id,
        before={"status": copy.life.status},
        after={"status": life.status, "order": life.used_order, "till": life.reserved_by},
        # What a person pressed by mistake can be taken back; a shop's sale is undone in the shop.
        undo=_undo(copy) if word == "used" and by.kind is ActorKind.STAFF else None,
    )
    return Checked(copy.living(life), sentence, action)


def _undo(copy: IssuedReward) -> dict[str, object]:
    return {"noun": "rewards", "verb": "code.used", "issued": copy.id}


def _sentence(copy: IssuedReward, word: str) -> str:
    return f"The code for {copy.reward_name} has been {word}"

"""Roles whose people must sign in in two steps (PRODUCT O1)."""

from collections.abc import Set as AbstractSet

from db.engine import atomic, hold, insert_many, retried, rows, run
from db.enums import StaffRole
from loyalty import audit
from loyalty.errors import AlreadyDone
from loyalty.rules.actors import Actor
from loyalty.staff.accounts import ROLES


async def required(programme_id: int) -> frozenset[StaffRole]:
    """The roles that must."""
    found = await rows("SELECT role FROM two_step_roles WHERE programme_id = {}", programme_id)
    return frozenset(StaffRole(row["role"]) for row in found)


@retried
async def require(programme_id: int, roles: AbstractSet[StaffRole], *, by: Actor) -> str:
    """Let exactly these roles need a code; the sentence says which.

    Whoever has none yet is led to set it up before anything else. Raises AlreadyDone when nothing changes.
    """
    async with atomic():
        await hold("two-step", programme_id)
        before = await required(programme_id)
        if before == roles:
            raise AlreadyDone("These roles are chosen already.")
        await run("DELETE FROM two_step_roles WHERE programme_id = {}", programme_id)
        await insert_many(
            "two_step_roles", ("programme_id", "role"), [(programme_id, role) for role in roles]
        )
        sentence = f"Two-step sign-in: {_said(roles)}."
        await audit.record(
            programme_id,
            "staff.two_step_required",
            ("programme", programme_id),
            sentence,
            by=by,
            before={"roles": _said(before)},
            after={"roles": _said(roles)},
        )
        return sentence


def _said(roles: AbstractSet[StaffRole]) -> str:
    named = [ROLES[role] for role in StaffRole if role in roles]
    return (
        f"required of {' and '.join([', '.join(named[:-1]), named[-1]] if named[1:] else named)}"
        if named
        else ("everybody’s own choice")
    )

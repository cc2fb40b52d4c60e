"""Chains of reversals: an entry, its reversal, the reversal's reversal, and so on."""

from db.engine import value

_REVERSAL = "SELECT id FROM ledger_entries WHERE programme_id = {} AND reverses_id = {}"
_REVERSED = "SELECT reverses_id FROM ledger_entries WHERE programme_id = {} AND id = {}"


async def root(programme_id: int, entry_id: int) -> int:
    """The entry a chain began with: what its later links give back lies in the lot that it opened."""
    while (earlier := await value(_REVERSED, programme_id, entry_id)) is not None:
        entry_id = earlier
    return entry_id


async def standing(programme_id: int, entry_id: int) -> int | None:
    """The entry that carries these points now: itself, or the one that undid its reversal.

    None: it has been reversed, and that is how it stands. Read under the account's lock.
    """
    while (reversal := await value(_REVERSAL, programme_id, entry_id)) is not None:
        again = await value(_REVERSAL, programme_id, reversal)
        if again is None:
            return None
        entry_id = again
    return entry_id

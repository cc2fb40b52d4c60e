"""Bringing a programme to what its file says: one transaction, one audited action, nothing when nothing differs."""

from dataclasses import dataclass

from db.engine import atomic, retried
from db.ids import new_id, new_uid
from loyalty import audit, clock, programmes
from loyalty.earning.rules import BEGINNING
from loyalty.ledger import lifetimes, redating
from loyalty.programme_files import earning, preferences, referrals, rewards, settings, stored, stores, tiers
from loyalty.programme_files.names import Names, segments_in
from loyalty.programme_files.parts import ProgrammeFile
from loyalty.programmes import Programme
from loyalty.rules.actors import Actor
from loyalty.rules.days import zone
from loyalty.segments import footing, seeding


@dataclass(frozen=True, slots=True)
class Applied:
    """`changes` and `notes` are phrases for the terminal; `changes` is empty when nothing differed."""

    programme_id: int
    created: bool
    changes: tuple[str, ...]
    notes: tuple[str, ...]


@retried
async def apply(file: ProgrammeFile, *, by: Actor) -> Applied:
    """Create the programme of this handle or change it. Applying the same file again changes nothing.

    The rules of a new programme hold from the beginning, so that imported history earns; a rule or version
    that comes later holds from now. Raises Invalid when currency or unit can't change any more.
    """
    async with atomic():
        programme_id = await settings.lock(file.handle)
        created = programme_id is None
        before = None if programme_id is None else await programmes.get(programme_id)
        if programme_id is None:
            programme_id = await settings.create(file)
        changes = await settings.bring(programme_id, file)
        names = await _names(programme_id, file)
        changes += await stores.bring(programme_id, file.stores, names)
        changes += await tiers.bring_policy(programme_id, file.tier_policy)
        changes += await tiers.bring(programme_id, file.tiers, names)
        changes += await rewards.bring(programme_id, file.rewards, names, zone(file.time_zone))
        holds_from = BEGINNING if created else clock.now()
        changes += await earning.bring(programme_id, file.earning, names, by=by, holds_from=holds_from)
        changes += await referrals.bring(programme_id, file.referrals, names)
        changes += await preferences.bring(programme_id, file.questions, by=by)
        changes += await preferences.bring_prizes(programme_id, file.surprises, names)
        if before is not None:
            changes += await _redated(before)
        if created:
            changes.insert(0, f"programme “{file.handle}”: created")
        if changes:
            sentence = f"{file.name}: the programme file was applied"
            after = {"changes": changes}
            await audit.record(
                programme_id, "programme.applied", ("programme", programme_id), sentence, by=by, after=after
            )
    return Applied(programme_id, created, tuple(changes), tuple(stores.missing_secrets(file.stores)))


async def _redated(before: Programme) -> list[str]:
    """Open lots get the dates of the policy that holds now (PRODUCT J1)."""
    after = await programmes.get(before.id)
    old, new = lifetimes.terms(before), lifetimes.terms(after)
    if (old.policy, old.months) == (new.policy, new.months):
        return []
    moved = await redating.redate(before.id, old, new, after.time_zone, "The expiry policy was changed.")
    return [f"expiry: {moved.moved} lots have another date"]


async def _names(programme_id: int, file: ProgrammeFile) -> Names:
    """The ids of what is there, and new ones for what the file adds."""
    if segments_in(file):  # a new programme has none yet, but those that every programme has can be named
        await seeding.ensure(programme_id, (await footing.policy(programme_id)).map)
    known, now = await stored.names(programme_id), clock.now()
    return Names(
        {**{store.handle: new_id(now) for store in file.stores}, **known.stores},
        {**{tier.name: new_id(now) for tier in file.tiers}, **known.tiers},
        {**{reward.name: (new_id(now), new_uid()) for reward in file.rewards}, **known.rewards},
        known.segments,
    )

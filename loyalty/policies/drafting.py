"""Changed policies: what they would do, and putting them in force (PRODUCT J1)."""

from dataclasses import asdict, dataclass

from db.engine import atomic, retried, run, snapshot
from db.enums import DraftKind
from loyalty import audit, drafts, programmes, repeats
from loyalty.audit import Action
from loyalty.drafts import Draft
from loyalty.errors import Stale
from loyalty.ledger.redating import Redated, forecast, redate
from loyalty.policies.terms import Policies, policies_of, read, refuse, since_under, terms, write
from loyalty.programmes import Programme
from loyalty.rules.actors import Actor

REASON = "The expiry policy was changed."


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft beside what is in force. `stale`: somebody changed the policies since it was drawn."""

    draft: Draft
    wanted: Policies
    now: Policies
    redated: Redated
    stale: bool


@dataclass(frozen=True, slots=True)
class Enacted:
    """What to say, and the audited action."""

    sentence: str
    action: Action


async def keep(programme_id: int, wanted: Policies, *, seen: str, by: Actor) -> str:
    """Keep changed policies as a draft; its uid. Raises Invalid for what can't be."""
    refuse(wanted)
    return await drafts.keep(programme_id, DraftKind.POLICIES, asdict(wanted), base=seen, by=by)


async def find(programme_id: int, uid: str) -> Drafted:
    """The draft, and what it would do to every open lot. Raises NotFound."""
    async with snapshot():
        kept = await drafts.find(programme_id, DraftKind.POLICIES, uid)
        programme = await programmes.get(programme_id)
        wanted, now = read(kept.body), policies_of(programme)
        before, after = terms(now, programme.expiry_since), terms(wanted, since_under(programme, wanted))
        counted = Redated()
        if before != after:
            counted = await forecast(programme_id, before, after, programme.time_zone)
    return Drafted(kept, wanted, now, counted, kept.base != now.seen)


@retried
async def put_in_force(programme_id: int, uid: str, *, by: Actor, key: str) -> Enacted:
    """What the draft says holds from now on, and open lots get their dates.

    Raises NotFound, Invalid, KeyReused, and Stale when somebody changed the policies since.
    """
    kept = await drafts.find(programme_id, DraftKind.POLICIES, uid)
    wanted, asked = read(kept.body), repeats.mark(key, uid)
    async with atomic():
        programme = await locked(programme_id)
        done = await repeats.earlier(programme_id, "policies.changed", ("programme", programme_id), asked)
        if done is not None:
            return Enacted(done.action.sentence, done.action)
        now = policies_of(programme)
        if kept.base != now.seen:
            raise Stale(
                "The policies were changed by somebody else meanwhile. Look again at what would happen."
            )
        refuse(wanted)
        redated = await bring(programme, wanted)
        action = await audit.record(
            programme_id,
            "policies.changed",
            ("programme", programme_id),
            "Expiry and hold have been changed",
            by=by,
            before=asdict(now),
            after=asdict(wanted) | {"lots": redated.moved} | asked.stored,
            undo={
                "noun": "policies",
                "verb": "policies.changed",
                "before": asdict(now),
                "left": wanted.seen,
            },
        )
        return Enacted(action.sentence, action)


async def bring(programme: Programme, wanted: Policies) -> Redated:
    """Write the policies and move the dates of open lots, in the caller's transaction."""
    since = since_under(programme, wanted)
    before, after = terms(policies_of(programme), programme.expiry_since), terms(wanted, since)
    await write(programme.id, wanted, since)
    if before == after:
        return Redated()
    return await redate(programme.id, before, after, programme.time_zone, REASON)


async def locked(programme_id: int) -> Programme:
    """The programme, with whoever else changes it kept waiting until the transaction ends."""
    await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
    return await programmes.get(programme_id)

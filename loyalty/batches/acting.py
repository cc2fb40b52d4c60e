"""What a batch does to one person: the same verb that staff use, under a key of this batch and person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.enums import BatchKind, EntryKind
from loyalty.audit import Action
from loyalty.campaigns import ending
from loyalty.customers.moving import exclude
from loyalty.customers.tagging import tag
from loyalty.errors import Invalid
from loyalty.ledger.adjusting import adjust, bring_to
from loyalty.rules.actors import Actor
from loyalty.segments import lists


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one person: the action that records it, None for a repeat, and the points posted."""

    action: Action | None
    points: int = 0


async def prepared(programme_id: int, kind: BatchKind, args: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """What a batch is given, with what has to be there before it begins: the list, in the caller's transaction.

    Raises Invalid for no list, or the name of one that can't be made; AlreadyDone for a campaign that gives
    still; NotFound.
    """
    if kind is BatchKind.END_OFFERS:
        campaign = (await ending.endable(programme_id, args["campaign"])).campaign
        return {"campaign": campaign.uid, "name": campaign.name}
    if kind is not BatchKind.LIST:
        return args
    if args["list"]:
        segment = await lists.find(programme_id, args["list"])
    elif args["name"]:
        segment = await lists.begin(programme_id, args["name"], by=by)
    else:
        raise Invalid("Choose a list, or name a new one.", field="list")
    return {"list": segment.uid, "name": segment.name}


async def act(
    programme_id: int,
    customer_id: int,
    kind: BatchKind,
    args: Mapping[str, Any],
    asked: Mapping[str, Any],
    *,
    by: Actor,
    key: str,
) -> Done:
    """Change one person, in the caller's transaction; `asked` is what a file says of them.

    Raises what the verb raises: AlreadyDone, NotAMember, NotEnoughPoints, NotAllowed above a limit …
    """
    match kind:
        case BatchKind.END_OFFERS:
            return Done(await ending.end(programme_id, customer_id, args["campaign"], by=by))
        case BatchKind.LIST:
            return Done(await lists.put(programme_id, customer_id, args["list"], by=by))
        case BatchKind.TAG | BatchKind.UNTAG:
            remove = kind is BatchKind.UNTAG
            return Done(await tag(programme_id, customer_id, args["tag"], by=by, remove=remove))
        case BatchKind.ADJUST | BatchKind.POINTS:
            given = {**args, **asked}
            until = given.get("expires_at")
            verb = bring_to if given.get("set") else adjust
            adjusted = await verb(
                programme_id,
                customer_id,
                given["points"],
                by=by,
                reason=given["reason"],
                comment=given["comment"],
                key=key,
                expires_at=datetime.fromisoformat(until) if until else None,
                kind=EntryKind.IMPORT if kind is BatchKind.POINTS else EntryKind.ADJUST,
            )
            return Done(adjusted.action, adjusted.entry.points)
        case BatchKind.EXCLUDE:
            excluded = await exclude(
                programme_id,
                customer_id,
                by=by,
                reason=args["reason"],
                void_rewards=args["void_rewards"],
                key=key,
            )
            return Done(excluded.action)


async def take_back_tag(
    programme_id: int, customer_id: int, kind: BatchKind, args: Mapping[str, Any], *, by: Actor
) -> None:
    """The opposite of a tag given or taken; their other tags stay as they are now."""
    await tag(programme_id, customer_id, args["tag"], by=by, remove=kind is BatchKind.TAG)

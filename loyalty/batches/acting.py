"""What a batch does to one person: the same verb that staff use, under a key of this batch and person."""

from collections.abc import Mapping
from typing import Any

from db.enums import BatchKind
from loyalty.audit import Action
from loyalty.customers.moving import exclude
from loyalty.customers.tagging import tag
from loyalty.errors import Invalid
from loyalty.ledger.adjusting import adjust
from loyalty.rules.actors import Actor
from loyalty.segments import lists


async def prepared(programme_id: int, kind: BatchKind, args: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """What a batch is given, with what has to be there before it begins: the list, in the caller's transaction.

    Raises Invalid for no list, or the name of one that can't be made; NotFound.
    """
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
    programme_id: int, customer_id: int, kind: BatchKind, args: Mapping[str, Any], *, by: Actor, key: str
) -> Action | None:
    """Change one person, in the caller's transaction; the action that records it.

    Raises what the verb raises: AlreadyDone, NotAMember, NotEnoughPoints, NotAllowed above a limit …
    """
    match kind:
        case BatchKind.LIST:
            return await lists.put(programme_id, customer_id, args["list"], by=by)
        case BatchKind.TAG | BatchKind.UNTAG:
            return await tag(programme_id, customer_id, args["tag"], by=by, remove=kind is BatchKind.UNTAG)
        case BatchKind.ADJUST:
            return (
                await adjust(
                    programme_id,
                    customer_id,
                    args["points"],
                    by=by,
                    reason=args["reason"],
                    comment=args["comment"],
                    key=key,
                )
            ).action
        case BatchKind.EXCLUDE:
            return (
                await exclude(
                    programme_id,
                    customer_id,
                    by=by,
                    reason=args["reason"],
                    void_rewards=args["void_rewards"],
                    key=key,
                )
            ).action


async def take_back_tag(
    programme_id: int, customer_id: int, kind: BatchKind, args: Mapping[str, Any], *, by: Actor
) -> None:
    """The opposite of a tag given or taken; their other tags stay as they are now."""
    await tag(programme_id, customer_id, args["tag"], by=by, remove=kind is BatchKind.TAG)

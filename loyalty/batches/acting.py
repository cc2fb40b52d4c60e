"""What a batch does to one person: the same verb that staff use, under a key of this batch and person."""

from collections.abc import Mapping
from typing import Any

from db.enums import BatchKind
from loyalty.audit import Action
from loyalty.customers.moving import exclude
from loyalty.customers.tagging import tag
from loyalty.ledger.adjusting import adjust
from loyalty.rules.actors import Actor


async def act(
    programme_id: int, customer_id: int, kind: BatchKind, args: Mapping[str, Any], *, by: Actor, key: str
) -> Action | None:
    """Change one person, in the caller's transaction; the action that records it.

    Raises what the verb raises: AlreadyDone, NotAMember, NotEnoughPoints, NotAllowed above a limit …
    """
    match kind:
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

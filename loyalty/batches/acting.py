"""What a batch does to its people: the verbs that staff use, under keys of this batch and person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from db.enums import BatchKind, EntryKind
from loyalty.audit import Action
from loyalty.campaigns import ending
from loyalty.customers.moving import exclude
from loyalty.customers.tagging import tag
from loyalty.errors import Invalid
from loyalty.ledger.adjusting_each import Asked, Outcome, adjust_each
from loyalty.rules.actors import Actor
from loyalty.segments import lists

TOGETHER = frozenset({BatchKind.ADJUST, BatchKind.POINTS})
"""What is done to some hundred people in one transaction; anything else to one at a time."""


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
    programme_id: int, customer_id: int, kind: BatchKind, args: Mapping[str, Any], *, by: Actor, key: str
) -> Action | None:
    """Change one person, in the caller's transaction; the action that records it.

    Raises what the verb raises: AlreadyDone, NotAMember …
    """
    match kind:
        case BatchKind.END_OFFERS:
            return await ending.end(programme_id, customer_id, args["campaign"], by=by)
        case BatchKind.LIST:
            return await lists.put(programme_id, customer_id, args["list"], by=by)
        case BatchKind.TAG | BatchKind.UNTAG:
            return await tag(programme_id, customer_id, args["tag"], by=by, remove=kind is BatchKind.UNTAG)
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
        case BatchKind.ADJUST | BatchKind.POINTS:
            raise AssertionError("balances are adjusted together")


async def act_each(
    programme_id: int,
    kind: BatchKind,
    args: Mapping[str, Any],
    people: Sequence[tuple[int, str, Mapping[str, Any]]],
    *,
    by: Actor,
) -> list[Outcome]:
    """Adjust these people's balances, in the caller's transaction, and what became of each.

    Of each their id, the key, and what a file says of them; in the order of ids.
    """
    asked = [_asked(customer_id, key, {**args, **said}) for customer_id, key, said in people]
    entry_kind = EntryKind.IMPORT if kind is BatchKind.POINTS else EntryKind.ADJUST
    return await adjust_each(programme_id, asked, by=by, kind=entry_kind)


def _asked(customer_id: int, key: str, given: Mapping[str, Any]) -> Asked:
    until = given.get("expires_at")
    return Asked(
        customer_id=customer_id,
        points=given["points"],
        reason=given["reason"],
        comment=given["comment"],
        key=key,
        expires_at=datetime.fromisoformat(until) if until else None,
        sets=given.get("set", False),
    )


async def take_back_tag(
    programme_id: int, customer_id: int, kind: BatchKind, args: Mapping[str, Any], *, by: Actor
) -> None:
    """The opposite of a tag given or taken; their other tags stay as they are now."""
    await tag(programme_id, customer_id, args["tag"], by=by, remove=kind is BatchKind.TAG)

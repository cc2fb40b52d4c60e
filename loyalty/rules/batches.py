"""Changes of many people at once: how many may be asked of, and how each kind is called. PRODUCT B1."""

from collections.abc import Mapping
from typing import Any

from db.enums import BatchKind
from loyalty.errors import Invalid, Stale
from loyalty.rules.customer_fields import LONGEST_TAG

ASKS_ABOVE = 500
"""A batch of more people than this is done only when somebody says once more that they mean it."""

MOST_PICKED = 200
"""So many people can be picked by hand; beyond that the filter says who is meant."""


def tag(typed: str) -> str:
    """The tag as it is stored. Raises Invalid."""
    word = " ".join(typed.split())
    if not word:
        raise Invalid("Enter a tag.", field="tag")
    if "," in word:
        raise Invalid("One tag at a time, without commas.", field="tag")
    if len(word) > LONGEST_TAG:
        raise Invalid(f"A tag has at most {LONGEST_TAG} characters.", field="tag")
    return word


def refuse(total: int, *, expected: int | None, sure: bool) -> None:
    """Return when a batch of `total` people may begin.

    `expected` is how many the person was shown, None when nobody was shown a number. Raises Invalid for
    nobody and for more than ASKS_ABOVE without `sure`, Stale when it would be others than they were shown.
    """
    if total == 0:
        raise Invalid("Nobody is selected. Go back and tick the people you mean.")
    if expected is not None and expected != total:
        raise Stale(f"{people(total)} match now; it was {expected:,} when you looked. Check and try again.")
    if total > ASKS_ABOVE and not sure:
        raise Invalid(f"Tick that you mean all {people(total)}.", field="sure")


def people(count: int) -> str:
    """“1 person”, “1,234 people”."""
    return "1 person" if count == 1 else f"{count:,} people"


def title(kind: BatchKind, args: Mapping[str, Any], amount: str = "") -> str:
    """What is done, as a heading: “Add the tag “vip””. `amount` is the points with their unit, without a sign."""
    match kind:
        case BatchKind.TAG:
            return f"Add the tag “{args['tag']}”"
        case BatchKind.UNTAG:
            return f"Remove the tag “{args['tag']}”"
        case BatchKind.ADJUST:
            return f"Add {amount}" if args["points"] > 0 else f"Take {amount}"
        case BatchKind.EXCLUDE:
            return "Exclude from program"
        case BatchKind.LIST:
            return f"Add to the list {args['name']}"
        case BatchKind.POINTS:
            return f"{'Balances' if args['set'] else 'Points'} from {args['file']}"
        case BatchKind.END_OFFERS:
            return f"End what “{args['name']}” gave"


def sentence(kind: BatchKind, args: Mapping[str, Any], count: int, amount: str = "") -> str:
    """What the trail says. What becomes of each person is told by their own actions."""
    whom = people(count)
    match kind:
        case BatchKind.TAG:
            return f"Began to give the tag “{args['tag']}” to {whom}"
        case BatchKind.UNTAG:
            return f"Began to take the tag “{args['tag']}” from {whom}"
        case BatchKind.ADJUST:
            return (
                f"Began to give {amount} to {whom}"
                if args["points"] > 0
                else f"Began to take {amount} from {whom}"
            )
        case BatchKind.EXCLUDE:
            return f"Began to exclude {whom} from the programme"
        case BatchKind.LIST:
            return f"Began to put {whom} on the list {args['name']}"
        case BatchKind.POINTS:
            what = "set balances" if args["set"] else "post points"
            return f"Began to {what} from the file {args['file']} for {whom}"
        case BatchKind.END_OFFERS:
            return f"Began to end what “{args['name']}” gave to {whom}"

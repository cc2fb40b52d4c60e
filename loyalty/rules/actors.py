"""Who did it. Every entry, change and audit action carries an actor."""

from dataclasses import dataclass

from db.enums import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the staff or customer id, None for the system; `name` is what history shows."""

    kind: ActorKind
    name: str
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "Regulars")


def themself(customer_id: int) -> Actor:
    """The member as the actor of what they do. Not by name: the trail can't be changed, and they may be erased."""
    return Actor(ActorKind.MEMBER, "The member", customer_id)

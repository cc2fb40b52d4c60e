"""Applying stored deliveries. Twice, late or in another order changes nothing. PRODUCT N2."""

from dataclasses import dataclass

from db.engine import Contention, atomic, one, retried, run
from db.enums import EventState
from loyalty import clock
from loyalty.errors import Invalid, LoyaltyError
from loyalty.events import acting
from loyalty.integrations import bodies, integration
from loyalty.integrations.facts import Fact, Ignored

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """A stored delivery. `currency` is the programme's, for bodies that name none."""

    programme_id: int
    id: int
    store_id: int
    platform: str
    currency: str
    topic: str
    body: str


async def apply_event(programme_id: int, event_id: int) -> EventState | None:
    """Do what a delivery says and note that it was done, in one transaction.

    Returns the state it is in afterwards, None when there is no such event. What can't ever be applied
    is dead at once with the reason in its note; anything else that fails is noted and raised, for the
    queue to try again.
    """
    event = await _waiting(programme_id, event_id)
    if event is None:
        return await _state(programme_id, event_id)
    try:
        facts = _facts(event)
        await _apply(event, facts)
    except Contention:
        raise
    except Invalid as error:
        await give_up(programme_id, event_id, str(error))
    except Exception as error:
        await _note_failure(event, _sentence(error))
        raise
    return await _state(programme_id, event_id)


async def give_up(programme_id: int, event_id: int, reason: str) -> None:
    """Lay an event aside for a person to look at; `retrying.retry` brings it back."""
    await run(
        "UPDATE inbound_events SET state = {}, note = {}, applied_at = {}, attempts = attempts + 1"
        " WHERE programme_id = {} AND id = {} AND state = {}",
        EventState.DEAD,
        reason[:LONGEST_NOTE] or "It failed without saying why.",
        clock.now(),
        programme_id,
        event_id,
        EventState.NEW,
    )


async def _waiting(programme_id: int, event_id: int) -> Event | None:
    row = await one(
        "SELECT e.programme_id, e.id, e.store_id, s.platform, p.currency, e.topic, e.body"
        " FROM inbound_events e JOIN stores s ON s.programme_id = e.programme_id AND s.id = e.store_id"
        " JOIN programmes p ON p.programme_id = e.programme_id"
        " WHERE e.programme_id = {} AND e.id = {} AND e.state = {}",
        programme_id,
        event_id,
        EventState.NEW,
    )
    return Event(**row) if row else None


async def _state(programme_id: int, event_id: int) -> EventState | None:
    row = await one(
        "SELECT state FROM inbound_events WHERE programme_id = {} AND id = {}", programme_id, event_id
    )
    return EventState(row["state"]) if row else None


def _facts(event: Event) -> tuple[Fact, ...]:
    inbound = integration(event.platform).inbound
    return inbound.facts(event.topic, bodies.decoded(event.body), currency=event.currency)


@retried
async def _apply(event: Event, facts: tuple[Fact, ...]) -> None:
    reasons = [fact.reason for fact in facts if isinstance(fact, Ignored)]
    ignored = len(reasons) == len(facts)
    async with atomic():
        # Whoever changes the state first holds the row: a second worker waits, then finds it done.
        ours = await run(
            "UPDATE inbound_events SET state = {}, note = {}, applied_at = {}, attempts = attempts + 1"
            " WHERE programme_id = {} AND id = {} AND state = {} RETURNING id",
            EventState.IGNORED if ignored else EventState.DONE,
            (" ".join(reasons) or ("It says nothing." if ignored else ""))[:LONGEST_NOTE],
            clock.now(),
            event.programme_id,
            event.id,
            EventState.NEW,
        )
        for fact in facts if ours else ():
            await acting.act(event.programme_id, event.store_id, fact)


async def _note_failure(event: Event, note: str) -> None:
    await run(
        "UPDATE inbound_events SET attempts = attempts + 1, note = {}"
        " WHERE programme_id = {} AND id = {} AND state = {}",
        note[:LONGEST_NOTE],
        event.programme_id,
        event.id,
        EventState.NEW,
    )


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, LoyaltyError) else f"{type(error).__name__}: {error}"

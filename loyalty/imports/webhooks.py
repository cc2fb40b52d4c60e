"""Importing a log of webhooks: a year of deliveries, applied as if they had just come in."""

from dataclasses import dataclass
from pathlib import Path

from db.engine import run as write
from db.enums import EventState
from db.ids import new_id
from loyalty import audit, clock, programmes
from loyalty.events import acting
from loyalty.imports.batches import Progress, applied
from loyalty.imports.checking import at, refuse_fact, refuse_topic
from loyalty.imports.stores import store_for
from loyalty.integrations import integration, webhook_log
from loyalty.integrations.facts import Ignored
from loyalty.integrations.webhook_log import Logged
from loyalty.rules.actors import SYSTEM, Actor


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the log's deliveries. `known`: applied before, by this log or at the door."""

    deliveries: int
    known: int = 0
    ignored: int = 0
    dry_run: bool = False

    @property
    def sentence(self) -> str:
        if self.dry_run:
            return f"{self.deliveries:,} deliveries can be read; nothing was written."
        applied_now = self.deliveries - self.known - self.ignored
        return (
            f"{self.deliveries:,} deliveries read: {applied_now:,} applied, {self.known:,} known already,"
            f" {self.ignored:,} that Regulars doesn't use."
        )


async def run(
    programme_id: int,
    path: Path,
    platform: str,
    store: str | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    by: Actor = SYSTEM,
) -> Report:
    """Read the whole log, then apply each delivery once, by its id; history pays no signup bonus.

    The log is the merchant's own file, so nothing is signed. Bodies aren't kept, only that the delivery
    is known. Raises Invalid naming the line of the first that can't be read or can't be, before anything
    is written.
    """
    programme = await programmes.get(programme_id)
    channel = await store_for(programme, platform, store)
    inbound = integration(platform).inbound
    count = 0
    for logged in webhook_log.read(path):
        with at(path, f"line {logged.line}"):
            refuse_topic(logged.topic)
            for fact in inbound.facts(logged.topic, logged.body, currency=programme.currency):
                refuse_fact(fact, programme.currency)
        count += 1
    if dry_run:
        return Report(count, dry_run=True)

    async def apply(logged: Logged) -> EventState | None:
        facts = inbound.facts(logged.topic, logged.body, currency=programme.currency)
        ignored = all(isinstance(fact, Ignored) for fact in facts)
        state = EventState.IGNORED if ignored else EventState.DONE
        if not await _is_new(programme_id, channel.id, logged, state):
            return None
        for fact in facts:
            await acting.act(programme_id, channel.id, fact, pays_signup=False)
        return state

    known = left = 0
    async for state in applied(webhook_log.read(path), apply, progress):
        known += state is None
        left += state is EventState.IGNORED
    report = Report(count, known, left)
    await audit.record(programme_id, "webhooks.imported", ("store", channel.id), report.sentence, by=by)
    return report


async def _is_new(programme_id: int, store_id: int, logged: Logged, state: EventState) -> bool:
    now = clock.now()
    kept = await write(
        "INSERT INTO inbound_events (programme_id, id, store_id, topic, delivery_id, body, state, note,"
        " received_at, applied_at) VALUES ({}, {}, {}, {}, {}, '', {}, 'Imported from a log', {}, {})"
        " ON CONFLICT (programme_id, store_id, delivery_id) DO NOTHING RETURNING id",
        programme_id,
        new_id(now),
        store_id,
        logged.topic,
        logged.webhook_id,
        state,
        now,
        now,
    )
    return bool(kept)

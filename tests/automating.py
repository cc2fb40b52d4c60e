"""An automation that Mara switches on, for tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from db.engine import rows, run
from loyalty import clock, due
from loyalty.automations import drafting, editing, stored, switching
from loyalty.automations.stored import Automation
from loyalty.campaigns import editing as campaigns
from loyalty.campaigns import stored as drafts
from loyalty.campaigns.stored import Message
from loyalty.jobs.worker import Worker
from loyalty.rules.actors import Actor
from loyalty.rules.campaigns.timing import Cap
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.campaigning import HELLO, NOON, QUIET, agree
from tests.cast import Cast
from tests.factories import Person

DAY = timedelta(days=1)
OFTEN = Cap(100, 1)


async def drafted(
    by: Actor, like: str, *, key: str = "k", held_out: int = 0, message: Message | None = HELLO, **terms: Any
) -> Automation:
    """One from a ready one, with what differs; the holdout is nobody and the cap out of the way unless it says so."""
    made = (await drafting.begin(1, like, by=by, key=key)).automation
    draft = await drafts.get(1, made.campaign_id)
    draft = (
        await campaigns.pace(1, draft.uid, QUIET, OFTEN, held_out, version=draft.version, by=by)
    ).campaign
    if message is not None:
        await campaigns.say(1, draft.uid, message, draft.topic, version=draft.version, by=by)
    without = terms.pop("without", ())
    named: Mapping[str, str] = {
        noun: terms.pop(noun) for noun in ("segment", "tier", "reward") if noun in terms
    }
    if not named and made.segment:
        named = {"segment": made.segment.uid}
    if terms or named or without:
        changed = replace(made.terms, **terms)
        made = (
            await editing.change(1, made.uid, changed, **named, without=without, version=made.version, by=by)
        ).automation
    return await stored.get(1, made.id)


async def switched_on(
    cast: Cast, like: str, *, at: datetime = NOON, also_now: bool = False, **more: Any
) -> Automation:
    """The same, switched on."""
    with clock.at(at):
        made = await drafted(cast.mara, like, **more)
        return (
            await switching.switch_on(1, made.uid, version=made.version, by=cast.mara, also_now=also_now)
        ).automation


async def work(at: datetime) -> None:
    """The worker does what is due, and looks again until nothing is under way."""
    for moment in (at, at + timedelta(seconds=61), at + timedelta(seconds=122)):
        with clock.at(moment):
            await Worker().step()


async def nights(since: datetime, count: int) -> datetime:
    """So many nights pass; the moment of the last."""
    at = since
    for _ in range(count):
        at += DAY
        with clock.at(at):
            await refresh(1, night=True)
    return at


async def outcomes(automation: Automation) -> dict[str, list[str]]:
    """What became of everybody, by first name, run after run: a state, or why they were left out."""
    found = await rows(
        "SELECT c.first_name, r.state AS run, w.state, w.reason FROM automation_runs r"
        " JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id"
        " LEFT JOIN campaign_recipients w ON w.programme_id = r.programme_id AND w.campaign_id = r.campaign_id"
        " AND w.customer_id = r.customer_id WHERE r.programme_id = 1 AND r.automation_id = {}"
        " ORDER BY r.began, r.due_at",
        automation.id,
    )
    told: dict[str, list[str]] = {}
    for row in found:
        told.setdefault(row["first_name"], []).append(row["reason"] or row["state"] or row["run"])
    return told


async def newcomer(name: str) -> Person:
    """Somebody who joins, and so becomes a New Enthusiast."""
    person = await factories.customer(1, name)
    await run(
        "UPDATE customers SET joined_at = {} WHERE programme_id = 1 AND id = {}", clock.now(), person.id
    )
    await agree(person)
    return person


async def happens(*people: Person) -> None:
    """Something happened to these; the worker looks at them."""
    for person in people:
        await due.note(1, person.id)
    await follow(1)

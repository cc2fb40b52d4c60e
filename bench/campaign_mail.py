"""A campaign's mails to a real SMTP server while the worker is killed in the middle: who got how many.

    .venv/bin/python -m bench.campaign_mail [--people 10000] [--engine sqlite|postgresql] [--kills 2] [--automation]

`--automation`: the mails of one that begins for everybody already in its segment.

Besides the people, half as many more opted out or were erased before it begins; a few of those who wait do so
after the first kill. Ends with 1 if anybody got two, was forgotten, or got one who shouldn't.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench import crowd
from bench.segments import database
from db.engine import connect, disconnect, rows, run, value
from db.enums import AnswerSource, ContactChannel, ContactTopic, Exit, Objective, SegmentKind
from db.ids import new_id
from db.migrate import migrate
from loyalty import clock
from loyalty.automations import drafting as automations
from loyalty.automations import editing as changing
from loyalty.automations import stored as automated
from loyalty.automations import switching
from loyalty.campaigns import drafting, editing, scheduling, stored
from loyalty.campaigns.stored import Campaign, Message
from loyalty.customers.privacy import erase
from loyalty.preferences import unsubscribing
from loyalty.rules.actors import SYSTEM
from loyalty.rules.campaigns.timing import Cap, QuietHours
from loyalty.segments import stored as segments

WORDS = Message(
    "{{ first_name | Friend }}, we miss you",
    "",
    "You have {{ points_balance }} points.\n\n[Look](/portal/rewards)",
)
AT_ONCE = 4
"""Mails that a worker hands over at a time: what became of them isn't known when it is killed."""


class Box:
    """A mail server that counts what it takes, by address."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.copies = Counter[str]()

    async def take(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.copies.update(envelope.rcpt_tos)
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[None]:
        handler = SimpleNamespace(handle_DATA=self.take)
        controller = Controller(handler, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield
        finally:
            controller.stop()


class Sending:
    """The worker in a process of its own."""

    def __init__(self, url: str, box: Box, folder: str) -> None:
        self._environment = {
            **os.environ,
            "REGULARS_DATABASE_URL": url,
            "REGULARS_DATA_DIR": folder,
            "REGULARS_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "REGULARS_MAIL_FROM": "hello@shop.example",
        }

    async def __aenter__(self) -> "Sending":
        await self.begin()
        return self

    async def __aexit__(self, *error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        await self._process.wait()

    async def begin(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "loyalty.cli", "worker", env=self._environment
        )

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()
        await self.begin()


async def people(count: int) -> tuple[set[str], set[str]]:
    """Addresses of those who are to get it, and of those who opted out or were erased."""
    # Born today, the shop has no nights to catch up with while it sends.
    await run("UPDATE programmes SET created_at = {} WHERE programme_id = 1", clock.now())
    await run(
        "UPDATE customers SET email = uid || '@crowd.example', email_key = uid || '@crowd.example',"
        " accepts_email = true WHERE programme_id = 1"
    )
    found = await rows(
        "SELECT id, email FROM customers WHERE programme_id = {} AND type = 'member' ORDER BY id LIMIT {}",
        1,
        count + count // 2,
    )
    assert len(found) == count + count // 2
    await run(
        "UPDATE customers SET accepts_email = false WHERE programme_id = {} AND id > {}", 1, found[-1]["id"]
    )
    wanted, out, gone = found[:count], found[count::2], found[count + 1 :: 2]
    for row in out:
        await run(
            "UPDATE customers SET accepts_email = false WHERE programme_id = {} AND id = {}", 1, row["id"]
        )
    for row in gone:
        await erase(1, row["id"], reason="Asked for it")
    return {row["email"] for row in wanted}, {row["email"] for row in (*out, *gone)}


async def scheduled() -> int:
    """A campaign to all members that begins in a moment; its id."""
    made = (await drafting.begin(1, "We miss you", Objective.WIN_BACK, by=SYSTEM, key="bench")).campaign
    aim = editing.aim(1, made.uid, everybody=True, segments=(), without=(), version=made.version, by=SYSTEM)
    made = await worded((await aim).campaign)
    at = clock.now() + timedelta(seconds=2)
    return (await scheduling.schedule(1, made.uid, at, version=made.version, by=SYSTEM)).campaign.id


async def worded(made: Campaign) -> Campaign:
    """It says something, at any hour of this day, and holds nobody back."""
    now = clock.now()
    later = [(now + timedelta(hours=hours)).time().replace(second=0, microsecond=0) for hours in (12, 13)]
    made = (
        await editing.say(1, made.uid, WORDS, ContactTopic.OTHER, version=made.version, by=SYSTEM)
    ).campaign
    hours = QuietHours(*later)
    return (await editing.pace(1, made.uid, hours, Cap(), 0, version=made.version, by=SYSTEM)).campaign


async def switched_on() -> int:
    """An automation for everybody in a segment, who all are there already; the id of its draft."""
    everybody = await segments.add(1, segments.New("everybody", "Everybody", SegmentKind.STATIC, {}))
    assert everybody is not None
    await run(
        "INSERT INTO segment_members (programme_id, segment_id, customer_id, since, move_id, settled, facts)"
        " SELECT {}, {}, c.id, {}, {}, true, '{{}}' FROM customers c WHERE c.programme_id = {}",
        1,
        everybody.id,
        clock.now(),
        new_id(clock.now()),
        1,
    )
    made = (await automations.begin(1, "vips", by=SYSTEM, key="bench")).automation
    terms = replace(made.terms, delay=timedelta(0), exits=frozenset[Exit]())
    made = (
        await changing.change(1, made.uid, terms, segment=everybody.uid, version=made.version, by=SYSTEM)
    ).automation
    await worded(await stored.get(1, made.campaign_id))
    made = await automated.get(1, made.id)
    await switching.switch_on(1, made.uid, version=made.version, by=SYSTEM, also_now=True)
    return int(await value("SELECT id FROM campaigns WHERE programme_id = {} AND state = 'sending'", 1))


async def over(campaign_id: int) -> bool:
    """Whether it was sent; of an automation, whether nobody waits for anything any more."""
    state = "SELECT state FROM campaigns WHERE programme_id = {} AND id = {}"
    if await value(state, 1, campaign_id) == "sent":
        return True
    ways = (
        "SELECT 1 FROM automations a WHERE a.programme_id = {0} AND a.looked_to IS NULL",
        "SELECT 1 FROM campaigns c WHERE c.programme_id = {0} AND c.id = {1} AND c.automation_id IS NOT NULL",
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM automation_runs r WHERE r.programme_id = {0}"
        " AND r.state = 'waiting') AND NOT EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.programme_id = {0}"
        " AND r.campaign_id = {1} AND r.state IN ('waiting', 'posted'))",
    )
    return all([await value(way.replace("{0}", "1").replace("{1}", str(campaign_id))) for way in ways])


async def until(box: Box, campaign_id: int, most: int) -> bool:
    """Wait for so many mails. False: it was over before."""
    while sum(box.copies.values()) < most:
        if await over(campaign_id):
            return False
        await asyncio.to_thread(time.sleep, 0.2)
    return True


async def change_their_minds(campaign_id: int) -> dict[str, str]:
    """Twenty of those whose turn is last opt out, and as many are erased. By address, which."""
    found = await rows(
        "SELECT r.customer_id, c.email FROM campaign_recipients r JOIN customers c"
        " ON c.programme_id = r.programme_id AND c.id = r.customer_id WHERE r.programme_id = {}"
        " AND r.campaign_id = {} AND r.state = 'waiting' ORDER BY r.customer_id DESC LIMIT 40",
        1,
        campaign_id,
    )
    for place, row in enumerate(found):
        if place % 2:
            await erase(1, row["customer_id"], reason="Asked for it")
        else:
            who = (1, row["customer_id"], ContactChannel.EMAIL)
            await unsubscribing.stop(*who, by=SYSTEM, source=AnswerSource.MAIL_LINK)
    return {row["email"]: "erased" if place % 2 else "opted out" for place, row in enumerate(found)}


async def bench(url: str, count: int, kills: int, *, automation: bool) -> bool:
    await migrate(url)
    await connect(url)
    await crowd.fill(url, count * 3, 1)
    wanted, unwanted = await people(count)
    campaign_id = await (switched_on() if automation else scheduled())
    box = Box()
    start = time.perf_counter()
    changed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, box.open():
        async with Sending(url, box, folder) as sending:
            for number in range(kills):
                if not await until(box, campaign_id, count * (number + 1) // (kills + 1)):
                    break
                await sending.kill()
                print(f"killed after {sum(box.copies.values()):,} mails", flush=True)
                changed = changed or await change_their_minds(campaign_id)
            await until(box, campaign_id, sys.maxsize)
    took = time.perf_counter() - start
    unwanted |= changed.keys()
    wanted -= changed.keys()
    places = await rows(
        "SELECT state, reason, note, count(*) AS people FROM campaign_recipients"
        " WHERE programme_id = {} AND campaign_id = {} GROUP BY state, reason, note ORDER BY 4 DESC",
        1,
        campaign_id,
    )
    unknown = sum(row["people"] for row in places if row["state"] == "failed")
    await disconnect()
    histogram = Counter(box.copies[address] for address in wanted)
    wrong = sum(box.copies[address] for address in unwanted)
    print(f"{url.partition(':')[0]}: {len(wanted):,} to get it, {len(unwanted):,} not to")
    print(f"{took:,.0f} s, {sum(box.copies.values()) / took:,.0f} mails a second, {kills} kills")
    print(
        "copies of those who are to get it: " + ", ".join(f"{n}: {histogram[n]:,}" for n in sorted(histogram))
    )
    print(f"copies of those who opted out or were erased: {wrong}")
    for row in places:
        print(f"  {row['people']:>8,}  {row['state']} {row['reason']}{row['note']}")
    # Whoever has none is one whose mail was being handed over at a kill: told as failed, never sent again.
    return max(histogram) <= 1 and histogram[0] <= unknown <= AT_ONCE * kills and wrong == 0


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--people", type=int, default=10_000)
    given.add_argument("--kills", type=int, default=2)
    given.add_argument("--automation", action="store_true")
    given.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    given.add_argument("--folder", default="", help="where SQLite's file is made")
    wanted = given.parse_args()
    with database(wanted.engine, wanted.folder) as url:
        if not asyncio.run(bench(url, wanted.people, wanted.kills, automation=wanted.automation)):
            raise SystemExit("Somebody got two, was forgotten, or got one who shouldn’t.")


if __name__ == "__main__":
    main()

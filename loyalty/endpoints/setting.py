"""The endpoint of a programme: its address, its secret, and what became of the last calls. PRODUCT N2."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Row, atomic, one, retried, rows, run
from db.enums import CallState
from loyalty import audit, clock, vault
from loyalty.audit import Action
from loyalty.errors import Invalid, NotFound
from loyalty.integrations import standard_webhooks
from loyalty.rules import endpoints as rules
from loyalty.rules.actors import Actor
from loyalty.settings import settings

PURPOSE = "endpoint"
BOTH_FOR = timedelta(hours=24)
"""So long after a secret was replaced, events carry the signatures of both."""

SHOWN = 10

_ONE = """SELECT url, secret, previous_secret, previous_until, set_at, actor_name, version FROM endpoints
    WHERE programme_id = {}"""
_SET = """INSERT INTO endpoints (programme_id, url, secret, set_at, actor_name) VALUES ({}, {}, {}, {}, {})
    ON CONFLICT (programme_id) DO UPDATE SET url = excluded.url, set_at = excluded.set_at,
      actor_name = excluded.actor_name, version = endpoints.version + 1"""
_ROTATE = """UPDATE endpoints SET previous_secret = secret, previous_until = {}, secret = {}, version = version + 1
    WHERE programme_id = {}"""
_CALLS = """SELECT k.uid, k.type, k.state, k.note, k.created_at, k.ended_at, j.last_error, j.attempts
    FROM endpoint_calls k
    LEFT JOIN jobs j ON j.programme_id = k.programme_id AND j.dedupe_key = 'call:' || k.uid AND j.state = 'ready'
    WHERE k.programme_id = {} ORDER BY k.id DESC LIMIT {}"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`secrets` sign what is sent: the newest first, and for a day the one before."""

    url: str
    secrets: tuple[str, ...]
    both_until: datetime | None
    set_at: datetime
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class Call:
    """One of the last calls; `note` says why it failed, or why it is to be tried again."""

    uid: str
    type: str
    state: CallState
    note: str
    at: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What to say; `secret` is given out this once, None where it stayed; and the audited action, if there is one."""

    sentence: str
    secret: str | None = None
    action: Action | None = None


async def is_set(programme_id: int) -> bool:
    """Whether there is an endpoint."""
    return await one(_ONE, programme_id) is not None


async def find(programme_id: int) -> Endpoint | None:
    """The endpoint; None where none is set."""
    row = await one(_ONE, programme_id)
    return _endpoint(row) if row else None


async def calls(programme_id: int) -> tuple[Call, ...]:
    """The last ten calls, the newest first."""
    return tuple(
        Call(
            uid=row["uid"],
            type=row["type"],
            state=CallState(row["state"]),
            note=row["note"] or row["last_error"] or "",
            at=row["created_at"],
            ended=row["ended_at"],
        )
        for row in await rows(_CALLS, programme_id, SHOWN)
    )


@retried
async def keep(programme_id: int, url: str, *, by: Actor) -> Kept:
    """Hand messages to this address from now on. The first time a secret is made. Raises Invalid."""
    wanted = rules.address(url, private=settings().private_endpoints)
    async with atomic():
        before = await find(programme_id)
        if before and before.url == wanted:
            return Kept("Nothing was changed")
        secret = None if before else standard_webhooks.new_secret()
        kept = vault.closed(secret, PURPOSE) if secret else ""
        await run(_SET, programme_id, wanted, kept, clock.now(), by.name)
        sentence = f"Messages are handed to {wanted}"
        action = await audit.record(
            programme_id,
            "endpoint.set",
            ("programme", programme_id),
            sentence,
            by=by,
            before={"url": before.url} if before else None,
            after={"url": wanted},
            undo={"noun": "endpoints", "from": before.url if before else "", "to": wanted},
        )
        return Kept(sentence, secret, action)


@retried
async def rotate(programme_id: int, *, by: Actor) -> Kept:
    """A new secret; for a day both sign. Raises NotFound where no endpoint is set."""
    async with atomic():
        before = await _locked(programme_id)
        if before.both_until is not None:
            raise Invalid("The secret was replaced a moment ago; both sign until a day has passed.")
        secret, now = standard_webhooks.new_secret(), clock.now()
        await run(_ROTATE, now + BOTH_FOR, vault.closed(secret, PURPOSE), programme_id)
        sentence = "The endpoint has a new secret"
        await audit.record(
            programme_id, "endpoint.secret_changed", ("programme", programme_id), sentence, by=by
        )
        return Kept(sentence, secret)


@retried
async def remove(programme_id: int, *, by: Actor) -> Kept:
    """Hand nothing over any more; what waits is refused. Raises NotFound."""
    async with atomic():
        before = await _locked(programme_id)
        await run("DELETE FROM endpoints WHERE programme_id = {}", programme_id)
        sentence = "Messages are handed to no endpoint any more"
        await audit.record(
            programme_id,
            "endpoint.removed",
            ("programme", programme_id),
            sentence,
            by=by,
            before={"url": before.url},
        )
        return Kept(sentence)


async def _locked(programme_id: int) -> Endpoint:
    await run("UPDATE endpoints SET version = version WHERE programme_id = {}", programme_id)
    found = await find(programme_id)
    if found is None:
        raise NotFound("No endpoint is set.")
    return found


def _endpoint(row: Row) -> Endpoint:
    until = row["previous_until"]
    both = until if until is not None and until > clock.now() else None
    kept = [row["secret"], *([row["previous_secret"]] if both else [])]
    return Endpoint(
        url=row["url"],
        secrets=tuple(secret for each in kept if (secret := vault.opened(each, PURPOSE))),
        both_until=both,
        set_at=row["set_at"],
        by=row["actor_name"],
        version=row["version"],
    )

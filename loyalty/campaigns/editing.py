"""Changing a draft: what it is for, to whom it goes, what it gives, says, and how it is paced. PRODUCT M1."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from db.engine import atomic, insert_many, retried, rows, run
from db.enums import ContactChannel, ContactTopic, Objective, OfferKind
from loyalty import clock
from loyalty.campaigns import checking, codes, stored
from loyalty.campaigns.leaving import running
from loyalty.campaigns.recording import Saved, columns, named, record
from loyalty.campaigns.stored import Campaign, Message
from loyalty.endpoints import setting
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.rules.actors import Actor
from loyalty.rules.campaigns import offers
from loyalty.rules.campaigns.arms import Shares
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.moves import STANDS
from loyalty.rules.campaigns.offers import Offer
from loyalty.rules.campaigns.timing import Cap, QuietHours

LONGEST_LINE = 150
LONGEST_BODY = 10_000
NO_MESSAGE = Message()
LONGEST_WHY = 200


@retried
async def describe(
    programme_id: int, uid: str, name: str, objective: Objective, *, version: int | None, by: Actor
) -> Saved:
    """What it is called and for. Raises Invalid, Stale, AlreadyDone once it is no draft, NotFound."""
    return await _change(
        programme_id, uid, {"name": named(name), "objective": objective}, version=version, by=by
    )


@retried
async def aim(
    programme_id: int,
    uid: str,
    *,
    everybody: bool,
    segments: Sequence[str],
    without: Sequence[str],
    version: int | None,
    by: Actor,
) -> Saved:
    """To whom: all members, or the people of `segments` in the order of priority, but nobody of `without`.

    Segments by their public ids. Raises Invalid, Stale, AlreadyDone, NotFound.
    """
    async with atomic():
        before = await _draft(programme_id, uid)
        known = {
            row["uid"]: row["id"]
            for row in await rows(
                "SELECT uid, id FROM segments WHERE programme_id = {} AND archived_at IS NULL", programme_id
            )
        }
        chosen = [] if everybody else list(dict.fromkeys(segments))
        kept_out = list(dict.fromkeys(without))
        if not everybody and not chosen:
            raise Invalid("Choose a segment, or all members.", field="segments")
        if set(chosen) & set(kept_out):
            raise Invalid("The same segment can’t be in and out.", field="without")
        if not set(chosen) | set(kept_out) <= known.keys():
            raise Invalid("One of these segments is archived. Choose again.", field="segments")
        wanted = [(known[each], False) for each in chosen] + [(known[each], True) for each in kept_out]
        now = [(each.id, each.excluded) for each in await stored.wanted(programme_id, before.id)]
        if (wanted, everybody) == (now, before.everybody):
            return Saved(before, "Nothing was changed", None)
        _fresh(before, version)
        await run(
            "DELETE FROM campaign_segments WHERE programme_id = {} AND campaign_id = {}",
            programme_id,
            before.id,
        )
        await insert_many(
            "campaign_segments",
            ("programme_id", "campaign_id", "segment_id", "excluded", "position"),
            [(programme_id, before.id, id_, out, place) for place, (id_, out) in enumerate(wanted)],
        )
        return await _write(programme_id, before, {"everybody": everybody}, by=by, also=("segments",))


@retried
async def offer(
    programme_id: int,
    uid: str,
    new: Offer,
    *,
    brought: Sequence[str] = (),
    anew: bool = False,
    version: int | None,
    by: Actor,
) -> Saved:
    """What each recipient gets. `brought` are codes for its pool, `anew` first takes out what is in it.

    Raises Invalid naming the field, Stale, AlreadyDone, NotFound.
    """
    new = offers.checked(new)
    if new.kind is not OfferKind.CODE:
        if sentence := await checking.unoffered(programme_id, new):
            raise Invalid(f"{sentence} Choose another.", field="reward")
        return await _change(programme_id, uid, {"offer": new}, version=version, by=by)
    async with atomic():
        before = await _draft(programme_id, uid)
        if anew:
            await codes.empty(programme_id, before)
        fresh = await codes.bring(programme_id, before, brought, clock.now())
        if not (await codes.pool(programme_id, before.id)).left:
            raise Invalid("Paste the codes that you made in your shop, or choose a file.", field="codes")
        if before.offer == new and not fresh and not anew:
            return Saved(before, "Nothing was changed", None)
        _fresh(before, version)
        return await _write(programme_id, before, {"offer": new}, by=by, also=("codes",))


@retried
async def say(
    programme_id: int,
    uid: str,
    message: Message,
    topic: ContactTopic,
    channels: Channels | None = None,
    *,
    version: int | None,
    by: Actor,
) -> Saved:
    """What it says, and by which channels; None: by those it has. The words are unchecked: half a draft may be kept.

    Raises Invalid for too much and for a channel that nothing can be sent by, Stale, AlreadyDone, NotFound.
    """
    _fits(message)
    if topic is ContactTopic.SERVICE:
        raise Invalid("A campaign is never something members must be told.", field="topic")
    changes: dict[str, Any] = {"message": message, "topic": topic}
    if channels is not None:
        if ContactChannel.SMS in channels and not await setting.is_set(programme_id):
            raise Invalid(
                "Nothing takes text messages yet: set an endpoint in the settings.", field="channels"
            )
        changes["channels"] = channels
    return await _change(programme_id, uid, changes, version=version, by=by)


@retried
async def pace(
    programme_id: int,
    uid: str,
    quiet: QuietHours,
    cap: Cap,
    held_out: int,
    *,
    broadcast: int = 0,
    general: Message = NO_MESSAGE,
    send_at: datetime | None = None,
    version: int | None,
    by: Actor,
) -> Saved:
    """Quiet hours, the frequency cap, the arms in basis points, and when it is to go out (None: at once).

    `general` is what the `broadcast` arm reads instead. Raises Invalid, Stale, AlreadyDone, NotFound.
    """
    Shares(held_out, broadcast)
    _fits(general, "general_")
    changes = {
        "quiet": quiet,
        "cap": cap,
        "held_out": held_out,
        "broadcast": broadcast,
        "general": general,
        "send_at": send_at,
    }
    return await _change(programme_id, uid, changes, version=version, by=by)


def _fits(message: Message, field: str = "") -> None:
    for name, text, most in (
        ("subject", message.subject, LONGEST_LINE),
        ("preheader", message.preheader, LONGEST_LINE),
        ("body", message.body, LONGEST_BODY),
        ("why", message.why, LONGEST_WHY),
    ):
        if len(text) > most:
            raise Invalid(f"This can have {most:,} characters; it has {len(text):,}.", field=field + name)


async def _change(
    programme_id: int, uid: str, changes: Mapping[str, Any], *, version: int | None, by: Actor
) -> Saved:
    async with atomic():
        before = await _draft(programme_id, uid)
        if all(getattr(before, name) == new for name, new in changes.items()):
            return Saved(before, "Nothing was changed", None)
        _fresh(before, version)
        return await _write(programme_id, before, changes, by=by)


async def _write(
    programme_id: int,
    before: Campaign,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    also: Iterable[str] = (),
) -> Saved:
    kept = columns(changes)
    assigned = ", ".join(f"{name} = {{}}" for name in kept)
    await run(
        f"UPDATE campaigns SET {assigned}, version = version + 1 WHERE programme_id = {{}} AND id = {{}}",
        *kept.values(),
        programme_id,
        before.id,
    )
    now = await stored.get(programme_id, before.id)
    sentence = f"“{now.name}” is saved"
    return await record(programme_id, now, "campaign.changed", sentence, by=by, changed=(*kept, *also))


async def _draft(programme_id: int, uid: str) -> Campaign:
    found = await stored.lock_by_uid(programme_id, uid)
    if not found.is_draft:
        raise AlreadyDone(f"“{found.name}” {STANDS[found.state]}; only a draft can be changed.")
    if await running(programme_id, found):
        raise AlreadyDone(f"“{found.name}” is switched on. Pause it before you change what it says.")
    return found


def _fresh(before: Campaign, version: int | None) -> None:
    if version != before.version:
        raise Stale("Somebody changed this campaign while you were editing.")

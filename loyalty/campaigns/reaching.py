"""By which of a campaign's channels somebody can be reached, in the database: parts of `audience`'s one statement.

The conditions are those of `loyalty.rules.consent.why_not` for each channel, in its order. In them `c` is the
customer and `k` their contact choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Row
from db.enums import ContactChannel, LeftOut
from loyalty.customers.search import Condition
from loyalty.rules.campaigns.channels import REACHED, Channels, read

# By channel: whom it can't reach at all, and who doesn't want it.
_UNADDRESSED = {
    ContactChannel.EMAIL: ("c.email IS NULL", LeftOut.NO_ADDRESS),
    ContactChannel.SMS: ("c.phone IS NULL", LeftOut.NO_PHONE),
    ContactChannel.PORTAL: ("c.type = 'guest'", LeftOut.NOT_MEMBER),
}
_UNWANTED = {
    ContactChannel.EMAIL: (
        ("k.email = false", LeftOut.UNSUBSCRIBED),
        ("k.email IS NULL AND c.accepts_email = false", LeftOut.NOT_ASKED),
    ),
    ContactChannel.SMS: (
        ("k.sms = false", LeftOut.TEXTS_STOPPED),
        ("k.sms IS NULL", LeftOut.TEXTS_NOT_ASKED),
    ),
    ContactChannel.PORTAL: (("k.portal = false", LeftOut.PORTAL_STOPPED),),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of several: how many it reaches, and why it doesn’t reach others who are let through otherwise."""

    channel: ContactChannel
    reached: int
    left_out: dict[LeftOut, int]


def by(channel: ContactChannel, why: LeftOut | None) -> Condition:
    """Those this channel doesn't reach for this reason, or does (None), whatever the other channels do."""
    return Condition(
        f"j.why IN ('', '{LeftOut.NO_CHANNEL}') AND ' ' || j.ways || ' ' LIKE {{}}",
        (f"% {channel}:{why or REACHED} %",),
    )


def reach(channels: Channels) -> tuple[Condition, Condition, Condition]:
    """The ways as text, empty for one channel; and two parts of the CASE: nobody can, and nobody may, be reached."""
    if len(channels) == 1:
        (channel,) = channels
        missing, why = _UNADDRESSED[channel]
        unwanted = " ".join(f"WHEN {sql} THEN '{reason}'" for sql, reason in _UNWANTED[channel])
        return Condition("''"), Condition(f"WHEN {missing} THEN '{why}'"), Condition(unwanted)
    said = {channel: _said(channel) for channel in channels}
    ways = " || ' ".join(f"{channel}:' || {sql}" for channel, sql in said.items())
    missing = " AND ".join(_UNADDRESSED[channel][0] for channel in channels)
    nobody = " AND ".join(f"{sql} <> '{REACHED}'" for sql in said.values())
    return (
        Condition(f"'{ways}"),
        Condition(f"WHEN {missing} THEN '{LeftOut.NO_CHANNEL}'"),
        Condition(f"WHEN {nobody} THEN '{LeftOut.NO_CHANNEL}'"),
    )


def _said(channel: ContactChannel) -> str:
    cases = " ".join(f"WHEN {sql} THEN '{why}'" for sql, why in (_UNADDRESSED[channel], *_UNWANTED[channel]))
    return f"(CASE {cases} ELSE '{REACHED}' END)"


def ways(channels: Channels, found: Sequence[Row]) -> tuple[Way, ...]:
    """What counted rows of `why`, `ways` and `people` say of each of several channels."""
    if len(channels) == 1:
        return ()
    people: dict[ContactChannel, dict[LeftOut | None, int]] = {each: {} for each in channels}
    for row in found:
        if row["why"] not in ("", LeftOut.NO_CHANNEL):
            continue
        for channel, why in read(row["ways"]).items():
            people[channel][why] = people[channel].get(why, 0) + row["people"]
    return tuple(
        Way(channel, told.get(None, 0), {why: told[why] for why in LeftOut if why in told})
        for channel, told in people.items()
    )

"""By which channels a campaign went out, and what is known of each: opened, handed over, given up. PRODUCT M4.

A person with several messages counts under each of their channels here, and once everywhere else. All of it is
tallied as it changes, however many people there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.engine import Row, rows
from db.enums import Arm, ContactChannel
from loyalty.campaigns.stored import Campaign

# Whoever it was delivered to counts among those who may open their mail: a mail that came back wasn't opened.
_WENT = """SELECT t.arm, CAST(sum(t.mails) AS BIGINT) AS mails, CAST(sum(t.messages) AS BIGINT) AS messages,
      CAST(sum(t.texts) AS BIGINT) AS texts, CAST(sum(t.messages_read) AS BIGINT) AS messages_read,
      CAST(sum(t.texts_taken) AS BIGINT) AS texts_taken, CAST(sum(t.texts_refused) AS BIGINT) AS texts_refused,
      CAST(sum(CASE WHEN t.state = 'delivered' THEN t.measured ELSE 0 END) AS BIGINT) AS measured,
      CAST(sum(CASE WHEN t.state = 'delivered' THEN t.opened ELSE 0 END) AS BIGINT) AS opened,
      CAST(sum(CASE WHEN t.state = 'delivered' THEN t.opens ELSE 0 END) AS BIGINT) AS opens
    FROM campaign_tallies t WHERE t.programme_id = {} AND t.campaign_id IN (@ids) AND t.arm <> ''
      AND t.state IN ('posted', 'delivered', 'failed', 'bounced') GROUP BY t.arm"""

_COUNTS = {ContactChannel.EMAIL: "mails", ContactChannel.SMS: "texts", ContactChannel.PORTAL: "messages"}


@dataclass(frozen=True, slots=True)
class Went:
    """What an arm was sent by one channel, to how many `people`.

    Of `measured` people, who can be known to have opened it, `opened` did, `opens` times in all; of texts nobody
    can. `taken` texts were handed over and `refused` ones given up; the rest are under way, or were called back.
    """

    arm: Arm
    channel: ContactChannel
    people: int
    measured: int = 0
    opened: int = 0
    opens: int = 0
    taken: int = 0
    refused: int = 0

    @property
    def share(self) -> float:
        """Of those it is known of."""
        return self.opened / self.measured if self.measured else 0.0


async def by_arm(programme_id: int, campaigns: Sequence[Campaign]) -> tuple[Went, ...]:
    """Each channel with each arm that was written to, of a campaign or of all of an automation's; one statement."""
    if not campaigns:
        return ()
    sql = _WENT.replace("@ids", ", ".join(["{}"] * len(campaigns)))
    found = {row["arm"]: row for row in await rows(sql, programme_id, *(each.id for each in campaigns))}
    used = {channel for campaign in campaigns for channel in campaign.channels}
    return tuple(
        _went(arm, channel, found[arm])
        for channel in ContactChannel
        if channel in used
        for arm in Arm
        if arm in found and arm is not Arm.CONTROL
    )


def together(found: Iterable[Went]) -> tuple[Went, ...]:
    """The arms added up, by channel."""
    sums: dict[ContactChannel, Went] = {}
    for each in found:
        was = sums.get(each.channel)
        sums[each.channel] = each if was is None else _sum(was, each)
    return tuple(sums.values())


def _went(arm: Arm, channel: ContactChannel, row: Row) -> Went:
    people = row[_COUNTS[channel]]
    match channel:
        case ContactChannel.EMAIL:
            return Went(arm, channel, people, row["measured"], row["opened"], row["opens"])
        case ContactChannel.PORTAL:
            return Went(arm, channel, people, people, row["messages_read"], row["messages_read"])
        case _:
            return Went(arm, channel, people, taken=row["texts_taken"], refused=row["texts_refused"])


def _sum(one: Went, other: Went) -> Went:
    return Went(
        one.arm,
        one.channel,
        one.people + other.people,
        one.measured + other.measured,
        one.opened + other.opened,
        one.opens + other.opens,
        one.taken + other.taken,
        one.refused + other.refused,
    )

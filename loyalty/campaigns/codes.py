"""The codes of a campaign: brought by the merchant, given one a person. PRODUCT M1.

They are worth money, so the audit trail tells how many there were, never which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import insert_many, one, rows, run, value
from db.ids import new_id
from loyalty.campaigns.stored import Campaign
from loyalty.errors import Invalid
from loyalty.rules.campaigns.codes import key

PART = 500
"""Codes looked up in one statement."""

_ELSEWHERE = """SELECT k.id, k.code_key, k.campaign_id, k.customer_id, c.state FROM campaign_codes k
    JOIN campaigns c ON c.programme_id = k.programme_id AND c.id = k.campaign_id
    WHERE k.programme_id = {} AND k.code_key IN ("""
_POOL = """SELECT count(*) AS brought, count(k.customer_id) AS given FROM campaign_codes k
    WHERE k.programme_id = {} AND k.campaign_id = {}"""
# Ordered by what is NULL, so that both engines take the first of the unique index, however many were given.
# The codes of an automation lie with its draft, and go over to the campaign that gives one.
_GIVE = """UPDATE campaign_codes SET campaign_id = {}, customer_id = {}, given_at = {}, valid_until = {}
    WHERE programme_id = {} AND customer_id IS NULL AND id = (SELECT k.id FROM campaign_codes k
      WHERE k.programme_id = {} AND k.campaign_id = {} AND k.customer_id IS NULL ORDER BY k.customer_id LIMIT 1)
    RETURNING id"""
_DRAFT = "SELECT campaign_id FROM automations WHERE programme_id = {} AND id = {}"


@dataclass(frozen=True, slots=True)
class Pool:
    """How many codes a campaign was brought, and how many of them somebody has."""

    brought: int
    given: int

    @property
    def left(self) -> int:
        return self.brought - self.given


async def pool(programme_id: int, campaign_id: int) -> Pool:
    """A campaign's codes in numbers."""
    found = await one(_POOL, programme_id, campaign_id)
    assert found is not None
    return Pool(**found)


async def bring(programme_id: int, campaign: Campaign, brought: Sequence[str], now: datetime) -> int:
    """Put codes into a campaign's pool, in the caller's transaction; those that are there already stay so.

    Returns how many are new. Raises Invalid where another campaign has some of them. What a campaign that was
    put away didn't give goes over.
    """
    wanted = {key(code): code for code in brought}
    taken = 0
    for begin in range(0, len(brought), PART):
        part = [key(code) for code in brought[begin : begin + PART]]
        marks = ", ".join(["{}"] * len(part))
        for row in await rows(f"{_ELSEWHERE}{marks})", programme_id, *part):
            if row["campaign_id"] == campaign.id:
                del wanted[row["code_key"]]
            elif row["state"] == "cancelled" and row["customer_id"] is None:
                await run(
                    "DELETE FROM campaign_codes WHERE programme_id = {} AND id = {}", programme_id, row["id"]
                )
            else:
                taken += 1
    if taken:
        are = "code is" if taken == 1 else "codes are"
        raise Invalid(f"{taken:,} {are} in another campaign already. Bring others.", field="codes")
    await insert_many(
        "campaign_codes",
        ("programme_id", "id", "campaign_id", "code", "code_key"),
        [(programme_id, new_id(now), campaign.id, code, code_key) for code_key, code in wanted.items()],
    )
    return len(wanted)


async def empty(programme_id: int, campaign: Campaign) -> None:
    """Take all codes out of a campaign's pool that nobody has, in the caller's transaction."""
    await run(
        "DELETE FROM campaign_codes WHERE programme_id = {} AND campaign_id = {} AND customer_id IS NULL",
        programme_id,
        campaign.id,
    )


async def give(
    programme_id: int, campaign: Campaign, customer_id: int, now: datetime, *, until: datetime
) -> None:
    """Give somebody the next code, good until then, one a person. The campaign is locked, so no two get the same.

    Raises Invalid when none is left.
    """
    if await of(programme_id, campaign.id, customer_id) is not None:
        return
    source = campaign.id
    if campaign.automation_id is not None:
        source = await value(_DRAFT, programme_id, campaign.automation_id)
    if not await run(_GIVE, campaign.id, customer_id, now, until, programme_id, programme_id, source):
        raise Invalid("No code was left for them.")


async def of(programme_id: int, campaign_id: int, customer_id: int) -> str | None:
    """The code that a campaign gave somebody."""
    found = await value(
        "SELECT max(code) FROM campaign_codes WHERE programme_id = {} AND campaign_id = {} AND customer_id = {}",
        programme_id,
        campaign_id,
        customer_id,
    )
    return None if found is None else str(found)

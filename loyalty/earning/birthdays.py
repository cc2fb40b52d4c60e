"""Points for a birthday, given on its day by the rules for birthdays (PRODUCT B4, I1)."""

from datetime import date, timedelta

from db.engine import atomic, retried, rows
from db.enums import EarningTrigger
from db.ids import first_id
from loyalty import audit, clock, programmes
from loyalty.earning import rules
from loyalty.earning.actions import award
from loyalty.ledger.locking import locked
from loyalty.ledger.qualifying import evaluate_soon
from loyalty.rules.actors import SYSTEM
from loyalty.rules.customers import celebrated
from loyalty.rules.days import day_end, day_start, local_day, zone

DAYS = 3
"""How many days are looked at: today, and those of a weekend on which no worker ran."""

GIVEN = "points.birthday_given"

_PART = 500
_THEIRS = f"""SELECT c.id, c.birth_month, c.birth_day, c.joined_at,
      (SELECT max(a.id) FROM actions a WHERE a.programme_id = {{}} AND a.customer_id = c.id AND a.verb = '{GIVEN}')
        AS given
    FROM customers c
    WHERE c.programme_id = {{}} AND c.type = 'member' AND c.merged_into IS NULL AND c.id > {{}} AND (@days)
    ORDER BY c.id LIMIT {_PART}"""


async def give(programme_id: int) -> int:
    """Give every member whose birthday it is what the rules give, once a year. Returns how many got points."""
    now, here = clock.now(), zone((await programmes.get(programme_id)).time_zone)
    if not await rules.in_force(programme_id, EarningTrigger.BIRTHDAY, now):
        return 0
    today = local_day(now, here)
    days = {born: today - timedelta(days=back) for back in range(DAYS) for born in _born(today, back)}
    sql = _THEIRS.replace("@days", " OR ".join(["(c.birth_month = {} AND c.birth_day = {})"] * len(days)))
    wanted, given, last = [part for born in days for part in born], 0, 0
    while people := await rows(sql, programme_id, programme_id, last, *wanted):
        for person in people:
            day = days[person["birth_month"], person["birth_day"]]
            joined = person["joined_at"] is not None and person["joined_at"] < day_end(day, here)
            if joined and (person["given"] or 0) < first_id(day_start(day, here)):
                given += await _give(programme_id, person["id"], day)
        last = people[-1]["id"]
    return given


def _born(today: date, back: int) -> tuple[tuple[int, int], ...]:
    return celebrated(today - timedelta(days=back))


@retried
async def _give(programme_id: int, customer_id: int, day: date) -> bool:
    async with atomic():
        account = await locked(programme_id, customer_id)
        key = f"birthday:{account.customer_uid}:{day.year}"
        paid = await award(account, EarningTrigger.BIRTHDAY, key=key)
        if not paid:
            return False
        await evaluate_soon(account)
        await audit.record(
            programme_id,
            GIVEN,
            ("customer", customer_id),
            "{customer} got points for their birthday",
            by=SYSTEM,
            customer_id=customer_id,
            after={"points": sum(entry.points for entry in paid)},
        )
        return True

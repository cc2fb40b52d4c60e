"""Who would get a campaign and who wouldn't, each with the first reason: one statement, in the database. PRODUCT M1.

The same statement counts, shows the people behind a number, and gathers them for sending. The order of the
reasons is that of `loyalty.rules.consent.why_not`, which is asked again when a mail goes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Row, rows
from db.enums import Arm, ContactChannel, ContactTopic, LeftOut
from db.paging import Page
from loyalty import clock
from loyalty.campaigns import reaching
from loyalty.campaigns.stored import Campaign
from loyalty.customers.search import Condition
from loyalty.rules.campaigns.arms import arm
from loyalty.rules.campaigns.timing import Cap
from loyalty.rules.consent import TOPICS
from loyalty.rules.naming import name_of
from loyalty.segments import days
from loyalty.segments.scopes import Scope
from loyalty.segments.statements import Statement
from loyalty.turning import Turn, turn

PAGE = 50
BOUGHT_DAYS = 14
"""Whoever ordered within so many days before counts for the rate a campaign is measured against."""

_SAVED = Statement("""SELECT w.segment_id, w.position, w.excluded FROM campaign_segments w
    WHERE w.programme_id = $$ AND w.campaign_id = $$""")
_OF_SEGMENTS = """SELECT m.customer_id, min(w.position) AS position, count(*) AS times
    FROM ($$) w JOIN segment_members m ON m.programme_id = $$ AND m.segment_id = w.segment_id
    WHERE w.excluded = false AND $$ GROUP BY m.customer_id"""
_OF_ALL = """SELECT m.id AS customer_id, 0 AS position, 1 AS times FROM customers m
    WHERE m.programme_id = $$ AND m.type = 'member' AND $$"""

_NARROWED = " OR ".join(f"k.{topic} IS NOT NULL" for topic in TOPICS)

_JUDGED = f"""SELECT a.customer_id, a.position, a.times, c.uid, c.first_name, c.last_name, c.email, c.phone,
      c.erased_at, f.last_day, $$ AS ways,
      CASE WHEN c.erased_at IS NOT NULL OR c.merged_into IS NOT NULL THEN '{LeftOut.GONE}'
        WHEN EXISTS (SELECT 1 FROM ($$) w
            JOIN segment_members m ON m.programme_id = $$ AND m.segment_id = w.segment_id
              AND m.customer_id = a.customer_id
            WHERE w.excluded = true) THEN '{LeftOut.EXCLUDED}'
        $$
        WHEN c.type = 'left' THEN '{LeftOut.LEFT}'
        WHEN $$ AND c.type <> 'member' THEN '{LeftOut.GUEST}'
        $$
        WHEN k.paused_until > $$ THEN '{LeftOut.PAUSED}'
        WHEN ({_NARROWED}) AND coalesce($$, false) = false THEN '{LeftOut.TOPIC}'
        WHEN $$ THEN '{LeftOut.CAPPED}'
        ELSE '' END AS why
    FROM ($$) a
    JOIN customers c ON c.programme_id = $$ AND c.id = a.customer_id AND $$
    LEFT JOIN contact_choices k ON k.programme_id = $$ AND k.customer_id = a.customer_id AND $$
    LEFT JOIN segment_facts f ON f.programme_id = $$ AND f.customer_id = a.customer_id AND $$"""

_COUNT = Statement("""SELECT j.why, j.ways, count(*) AS people, CAST(sum(j.times - 1) AS BIGINT) AS twice,
      count(CASE WHEN j.last_day >= $$ THEN 1 END) AS bought
    FROM ($$) j GROUP BY j.why, j.ways""")
_PEOPLE = Statement("""SELECT j.customer_id, j.uid, j.first_name, j.last_name, j.email, j.phone, j.erased_at FROM ($$) j
    WHERE $$ AND $$ ORDER BY j.customer_id""")
_REACHED = Statement("SELECT j.customer_id FROM ($$) j WHERE j.why = ''")
_VERDICTS = Statement("SELECT j.customer_id, j.why FROM ($$) j")
_ANYBODY = Condition("1 = 1")


@dataclass(frozen=True, slots=True)
class Counted:
    """An audience in numbers. `reached` get it or are held back; `left_out` says how many don't, by reason.

    `twice` is how often somebody was found in a further segment. `bought` of the reached ordered lately.
    `ways` tell of each of several channels; a campaign of one channel has none.
    """

    found: int
    reached: int
    left_out: dict[LeftOut, int]
    twice: int
    bought: int
    ways: tuple[reaching.Way, ...] = ()

    @property
    def rate(self) -> float:
        """The share of the reached who ordered within the last two weeks."""
        return self.bought / self.reached if self.reached else 0.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of an audience."""

    uid: str
    name: str
    email: str | None


def tried(programme_id: int, chosen: Sequence[str], without: Sequence[str]) -> Condition:
    """Segments by their public ids, chosen and kept out, that aren't saved: for a look at the numbers."""
    marks = ", ".join(["{}"] * len(without)) or "NULL"
    both = ", ".join(["{}"] * (len(chosen) + len(without))) or "NULL"
    return Condition(
        f"SELECT s.id AS segment_id, 0 AS position, coalesce(s.uid IN ({marks}), false) AS excluded FROM segments s"
        f" WHERE s.programme_id = {{}} AND s.uid IN ({both})",
        (*without, programme_id, *chosen, *without),
    )


async def count(programme_id: int, campaign: Campaign, among: Condition | None = None) -> Counted:
    """How many would get it now, and how many not, by the first reason; one statement. `among`: see `judged`."""
    now = clock.now()
    since = days.number(now.date() - timedelta(days=BOUGHT_DAYS))
    found = await _COUNT.rows(since, judged(programme_id, campaign, now, among=among))
    by_reason: dict[str, int] = {}
    for row in found:
        by_reason[row["why"]] = by_reason.get(row["why"], 0) + row["people"]
    return Counted(
        found=sum(by_reason.values()),
        reached=by_reason.get("", 0),
        left_out={why: by_reason[why] for why in LeftOut if why in by_reason},
        twice=sum(row["twice"] for row in found),
        bought=sum(row["bought"] for row in found if not row["why"]),
        ways=reaching.ways(campaign.channels, found),
    )


async def people(
    programme_id: int,
    campaign: Campaign,
    why: LeftOut | None,
    cursor: str | None = None,
    among: Condition | None = None,
    by: tuple[ContactChannel, LeftOut | None] | None = None,
) -> Page[Person]:
    """A page of those left out for this reason, or who would get it (None). Raises Invalid for a damaged cursor.

    `by` one of several channels instead: whom it doesn’t reach for a reason, or whom it does.
    """
    turned = turn(cursor, int, size=PAGE)
    everybody = judged(programme_id, campaign, clock.now(), among=among)
    which = reaching.by(*by) if by else Condition("j.why = {}", (why or "",))
    sql = _PEOPLE.filled(everybody, which, _beyond(turned))
    found = await rows(f"{sql.sql} {turned.order} LIMIT {turned.limit}", *sql.args)
    page = turned.page(found, lambda row: (row["customer_id"],))
    return page.map(lambda row: Person(row["uid"], name_of(row), row["email"]))


async def verdicts(
    programme_id: int, campaign: Campaign, ids: Sequence[int], now: datetime
) -> dict[int, LeftOut | None]:
    """Why each of these customers, whoever they are, would be left out; None: they get it."""
    marks = ", ".join(["{}"] * len(ids))
    those = Condition(
        "SELECT m.id AS customer_id, 0 AS position, 1 AS times FROM customers m"
        f" WHERE m.programme_id = {{}} AND m.id IN ({marks})",
        (programme_id, *ids),
    )
    found = await _VERDICTS.rows(judged(programme_id, campaign, now, those=those))
    return {row["customer_id"]: LeftOut(row["why"]) if row["why"] else None for row in found}


async def first(programme_id: int, campaign: Campaign) -> Row | None:
    """Somebody who would get it, for a look at what they would read."""
    sql = _PEOPLE.filled(judged(programme_id, campaign, clock.now()), Condition("j.why = ''"), _ANYBODY)
    found = await rows(f"{sql.sql} LIMIT 1", *sql.args)
    return {**found[0], "id": found[0]["customer_id"]} if found else None


async def treated(programme_id: int, campaign: Campaign) -> int:
    """How many would get it now and aren't held back: those who would be drawn, one by one."""
    sql = _REACHED.filled(judged(programme_id, campaign, clock.now()))
    return sum(
        arm(campaign.seed, row["customer_id"], campaign.shares) is Arm.TREATMENT
        for row in await rows(sql.sql, *sql.args)
    )


def judged(
    programme_id: int,
    campaign: Campaign,
    now: datetime,
    part: Scope | None = None,
    *,
    among: Condition | None = None,
    those: Condition | None = None,
) -> Condition:
    """The statement: everybody of the audience, or of a part, with `why` they are left out; empty: they get it.

    The segments are those saved with the campaign, or `among`, which are `tried`. `those` are its people
    whatever their segments.
    """
    segments = among or _SAVED.filled(programme_id, campaign.id)

    def narrowed(column: str) -> Condition:
        return part.on(column) if part else _ANYBODY

    topic = "false" if campaign.topic is ContactTopic.OTHER else f"k.{campaign.topic}"
    wanted = those or (
        Statement(_OF_ALL).filled(programme_id, narrowed("m.id"))
        if campaign.everybody
        else Statement(_OF_SEGMENTS).filled(segments, programme_id, narrowed("m.customer_id"))
    )
    ways, unaddressed, unreached = reaching.reach(campaign.channels)
    return Statement(_JUDGED).filled(
        ways,
        segments,
        programme_id,
        unaddressed,
        Condition("1 = 1" if campaign.offer.gives else "1 = 0"),
        unreached,
        now,
        Condition(topic),
        capped(programme_id, campaign, now),
        wanted,
        *(
            piece
            for column in ("c.id", "k.customer_id", "f.customer_id")
            for piece in (programme_id, narrowed(column))
        ),
    )


def capped(programme_id: int, campaign: Campaign, now: datetime) -> Condition:
    """Whether customer `a` got as many messages of other campaigns lately as the cap allows."""
    cap: Cap = campaign.cap
    return Condition(
        "(SELECT count(*) FROM campaign_recipients r WHERE r.programme_id = {} AND r.customer_id = a.customer_id"
        " AND r.campaign_id <> {} AND r.posted_at > {} AND r.state IN ('posted', 'delivered')) >= {}",
        (programme_id, campaign.id, now - timedelta(days=cap.days), cap.messages),
    )


def _beyond(turned: Turn) -> Condition:
    return Condition(f"j.customer_id {turned.beyond} {{}}", turned.key) if turned.key else _ANYBODY

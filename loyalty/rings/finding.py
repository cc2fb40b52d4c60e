"""The rings there are now: shared marks of the last half year's referrals, in four queries (PRODUCT G4)."""

from dataclasses import dataclass
from datetime import timedelta

from db.engine import loads, rows, snapshot
from db.enums import ReferralStatus
from db.ids import first_id
from loyalty import clock
from loyalty.activities.referrals.reading import COLUMNS, JOINS, view
from loyalty.activities.referrals.views import ReferralView
from loyalty.errors import NotFound
from loyalty.rules import rings
from loyalty.rules.referral_fraud import FraudScore
from loyalty.rules.rings import Invitation, Ring

_ENDED = {ReferralStatus.CANCELLED, ReferralStatus.REVERSED, ReferralStatus.EXPIRED}

WINDOW = timedelta(days=180)
MOST = 5_000
"""Referrals looked at, newest first; and as many shared marks."""

# A friend is the customer they became; until then they are nobody but this referral's.
_RECENT = f"""SELECT f.id, f.referrer_id, coalesce(f.friend_id, c.id, -f.id) AS friend, f.evidence
    FROM referrals f LEFT JOIN customers c ON c.programme_id = {{0}} AND c.email_key = f.friend_email_key
    WHERE f.programme_id = {{0}} AND f.id >= {{1}} AND f.claimed_at IS NOT NULL
    ORDER BY f.id DESC LIMIT {MOST}"""
_MARKS = f"""WITH recent AS (
      SELECT f.id, f.referrer_id, coalesce(f.friend_id, c.id, -f.id) AS friend
      FROM referrals f LEFT JOIN customers c ON c.programme_id = {{0}} AND c.email_key = f.friend_email_key
      WHERE f.programme_id = {{0}} AND f.id >= {{1}} AND f.claimed_at IS NOT NULL ORDER BY f.id DESC LIMIT {MOST}),
    known AS (
      SELECT r.friend AS person, m.kind, m.mark FROM recent r
        JOIN referral_marks m ON m.programme_id = {{0}} AND m.referral_id = r.id
      UNION
      SELECT r.referrer_id, m.kind, m.mark FROM recent r
        JOIN customer_marks m ON m.programme_id = {{0}} AND m.customer_id = r.referrer_id)
    SELECT k.person, k.kind, k.mark FROM known k
    JOIN (SELECT kind, mark FROM known GROUP BY kind, mark HAVING count(*) > 1) s ON s.kind = k.kind AND s.mark = k.mark
    ORDER BY k.kind, k.mark, k.person LIMIT {MOST}"""
_DECIDED = """SELECT g.referral_id FROM ring_referrals g
    JOIN ring_decisions d ON d.programme_id = {0} AND d.id = g.decision_id AND d.undone_at IS NULL
    WHERE g.programme_id = {0} AND g.referral_id >= {1}"""
_VIEWS = f"""SELECT {COLUMNS} FROM referrals f {JOINS}
    WHERE f.programme_id = {{0}} AND f.id IN (@ids) ORDER BY f.id"""


@dataclass(frozen=True, slots=True)
class RingView:
    """One ring: its score with evidence, and its referrals, oldest first. `uid` is its oldest referral's.

    `paid` is what referrers got for them and still have, in points; `people` counts both sides. `decided`: all of
    it has been decided or has ended, and nothing has come since.
    """

    uid: str
    score: FraudScore
    people: int
    referrals: tuple[ReferralView, ...]
    paid: int
    decided: bool

    @property
    def seen(self) -> str:
        """What somebody decides on: another referral in it makes it another ring."""
        return f"{self.uid}:{len(self.referrals)}"


async def listing(programme_id: int) -> tuple[RingView, ...]:
    """The rings of the last 180 days, undecided ones first, most suspicious first."""
    since = first_id(clock.now() - WINDOW)
    async with snapshot():
        invitations = [_invitation(row) for row in await rows(_RECENT, programme_id, since)]
        marks = [(row["person"], row["kind"], row["mark"]) for row in await rows(_MARKS, programme_id, since)]
        found = rings.found(marks, invitations)
        if not found:
            return ()
        decided = {row["referral_id"] for row in await rows(_DECIDED, programme_id, since)}
        views = await _views(programme_id, [id_ for ring in found for id_ in ring.referrals])
    made = [_view(ring, views, decided) for ring in found]
    return tuple(sorted(made, key=lambda ring: ring.decided))


async def ring(programme_id: int, uid: str) -> RingView:
    """The ring this referral is the oldest of. Raises NotFound when there is none (any more)."""
    for found in await listing(programme_id):
        if found.uid == uid:
            return found
    raise NotFound("There is no such ring (any more). Look at the list again.")


def _invitation(row: dict[str, object]) -> Invitation:
    signals = frozenset(str(item["signal"]) for item in loads(row["evidence"]))
    return Invitation(int(str(row["id"])), int(str(row["referrer_id"])), int(str(row["friend"])), signals)


async def _views(programme_id: int, ids: list[int]) -> dict[int, ReferralView]:
    marks = ", ".join(f"{{{number}}}" for number in range(1, len(ids) + 1))
    return {row["id"]: view(row) for row in await rows(_VIEWS.replace("@ids", marks), programme_id, *ids)}


def _is_settled(each: ReferralView) -> bool:
    """Whether it has ended, or somebody has let it through alone: that takes its score away."""
    return each.status in _ENDED or bool(each.evidence and not each.score)


def _view(ring: Ring, views: dict[int, ReferralView], decided: set[int]) -> RingView:
    referrals = tuple(views[id_] for id_ in ring.referrals)
    return RingView(
        uid=referrals[0].uid,
        score=ring.score,
        people=len(ring.people),
        referrals=referrals,
        paid=sum(each.points or 0 for each in referrals if each.kept and each.completed),
        decided=all(id_ in decided or _is_settled(views[id_]) for id_ in ring.referrals),
    )

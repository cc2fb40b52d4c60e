"""Who a cookie is, and where else they are signed in."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import Contention, one, rows, run
from db.enums import ActorKind, CustomerType, SessionKind, StaffRole, StaffStatus
from loyalty import clock
from loyalty.rules.actors import Actor, themself
from loyalty.rules.two_step import is_fresh
from loyalty.sessions.flashes import Flash, flashes
from loyalty.sessions.lifetimes import TOUCH_EVERY, ends_at, idle
from loyalty.sessions.tokens import PROGRAMME, digest, parts


@dataclass(frozen=True, slots=True)
class StaffView:
    """The staff member behind a session. `two_step`: signing in takes a code, too.

    `owes_two_step`: the role must have that and this person hasn't set it up.
    """

    id: int
    uid: str
    name: str
    email: str
    role: StaffRole
    two_step: bool = False
    owes_two_step: bool = False

    @property
    def actor(self) -> Actor:
        """This person as the actor of what they do."""
        return Actor(ActorKind.STAFF, self.name, self.id)


@dataclass(frozen=True, slots=True)
class MemberView:
    """The customer behind a session: a member, a guest who has not joined yet, or one who has left.

    `language` is the one they chose, None for none.
    """

    id: int
    uid: str
    type: CustomerType
    name: str
    first_name: str
    email: str
    language: str | None

    @property
    def actor(self) -> Actor:
        """This person as the actor of what they do, without their name: what only grows keeps it for ever."""
        return themself(self.id)

    @property
    def is_member(self) -> bool:
        """Whether they earn and redeem: neither a guest nor gone."""
        return self.type is CustomerType.MEMBER


@dataclass(frozen=True, slots=True)
class Signed:
    """A live session. `subject_id` is the staff or customer id; of `staff` and `member` one is None.

    `proved` is when staff last gave a code in it.
    """

    programme_id: int
    kind: SessionKind
    session_uid: str
    subject_id: int
    staff: StaffView | None
    csrf_secret: bytes
    flash: tuple[Flash, ...]
    member: MemberView | None = None
    proved: datetime | None = None

    def is_fresh(self, *, sending: bool) -> bool:
        """Whether a code was given lately enough for a sensitive page, or for `sending` its form."""
        return is_fresh(self.proved, clock.now(), sending=sending)


@dataclass(frozen=True, slots=True)
class SessionView:
    """One of a person's own sessions. `current` is the one that asks."""

    uid: str
    agent: str
    ip: str
    created: datetime
    seen: datetime
    current: bool


async def authenticate(token: str) -> Signed | None:
    """The session a cookie opens, or None. Notes that it was seen, at most once a minute."""
    programme_uid, secret = parts(token)
    if not secret:
        return None
    now = clock.now()
    row = await one(
        "SELECT s.programme_id, s.id, s.uid, s.kind, s.subject_id, s.csrf_secret, s.flash, s.created_at,"
        " s.seen_at, s.proved_at, st.uid AS staff_uid, st.name, st.email, st.role,"
        " st.totp_since IS NOT NULL AS two_step,"
        " EXISTS (SELECT 1 FROM two_step_roles r WHERE r.programme_id = s.programme_id AND r.role = st.role)"
        " AS asked, c.uid AS customer_uid, c.type, c.first_name, c.last_name, c.email AS customer_email,"
        " c.language FROM sessions s"
        " LEFT JOIN staff st ON st.programme_id = s.programme_id AND st.id = s.subject_id"
        f" AND s.kind = '{SessionKind.STAFF}' AND st.status = '{StaffStatus.ACTIVE}'"
        " LEFT JOIN customers c ON c.programme_id = s.programme_id AND c.id = s.subject_id"
        f" AND s.kind = '{SessionKind.MEMBER}' AND c.erased_at IS NULL AND c.merged_into IS NULL"
        f" WHERE s.programme_id = {PROGRAMME} AND s.token_hash = {{}} AND s.ended_at IS NULL"
        " AND s.ends_at > {}",
        programme_uid,
        digest(secret),
        now,
    )
    if row is None or not _welcome(row, now):
        return None
    if now - row["seen_at"] >= TOUCH_EVERY:
        await _touch(row, now)
    return _signed(row)


async def listing(
    programme_id: int, kind: SessionKind, subject_id: int, *, current_uid: str = ""
) -> tuple[SessionView, ...]:
    """A person's own live sessions, last seen first."""
    now = clock.now()
    found = await rows(
        "SELECT uid, agent, ip, created_at, seen_at FROM sessions WHERE programme_id = {} AND kind = {}"
        " AND subject_id = {} AND ended_at IS NULL AND ends_at > {} AND seen_at > {}"
        " ORDER BY seen_at DESC, id DESC",
        programme_id,
        kind,
        subject_id,
        now,
        now - idle(kind),
    )
    return tuple(
        SessionView(
            row["uid"], row["agent"], row["ip"], row["created_at"], row["seen_at"], row["uid"] == current_uid
        )
        for row in found
    )


def _welcome(row: dict[str, Any], now: datetime) -> bool:
    kind = SessionKind(row["kind"])
    known = row["customer_uid"] if kind is SessionKind.MEMBER else row["staff_uid"]
    return known is not None and now - row["seen_at"] < idle(kind)


async def _touch(row: dict[str, Any], now: datetime) -> None:
    ends = ends_at(SessionKind(row["kind"]), row["created_at"], now)
    # A page is not refused because its visit could not be noted.
    with suppress(Contention):
        await run(
            "UPDATE sessions SET seen_at = {}, ends_at = {}"
            " WHERE programme_id = {} AND id = {} AND seen_at < {}",
            now,
            ends,
            row["programme_id"],
            row["id"],
            now,
        )


def _signed(row: dict[str, Any]) -> Signed:
    kind = SessionKind(row["kind"])
    staff, member = None, _member(row) if kind is SessionKind.MEMBER else None
    if kind is SessionKind.STAFF:
        role = StaffRole(row["role"])
        has = bool(row["two_step"])
        staff = StaffView(
            row["subject_id"],
            row["staff_uid"],
            row["name"],
            row["email"],
            role,
            has,
            bool(row["asked"]) and not has,
        )
    return Signed(
        programme_id=row["programme_id"],
        kind=kind,
        session_uid=row["uid"],
        subject_id=row["subject_id"],
        staff=staff,
        csrf_secret=bytes.fromhex(row["csrf_secret"]),
        flash=flashes(row["flash"]),
        member=member,
        proved=row["proved_at"],
    )


def _member(row: dict[str, Any]) -> MemberView:
    return MemberView(
        id=row["subject_id"],
        uid=row["customer_uid"],
        type=CustomerType(row["type"]),
        name=f"{row['first_name']} {row['last_name']}".strip() or row["customer_email"] or "A member",
        first_name=row["first_name"],
        email=row["customer_email"] or "",
        language=row["language"],
    )

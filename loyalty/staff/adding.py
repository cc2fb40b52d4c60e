"""Adding staff: with a password at once, or by an invitation link."""

from dataclasses import dataclass

from db.engine import atomic, retried, run
from db.enums import StaffRole, StaffStatus, TokenPurpose
from db.ids import new_id, new_uid
from loyalty import audit, clock
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.actors import Actor
from loyalty.rules.orders import normalised_email
from loyalty.rules.passwords import refuse_weak
from loyalty.sessions import links
from loyalty.staff import hashing
from loyalty.staff.accounts import ROLES, Account, get


@dataclass(frozen=True, slots=True)
class Added:
    """`link_token` opens the account once, within a day; None where a password was given."""

    account: Account
    link_token: str | None


@retried
async def add(
    programme_id: int,
    email: str,
    role: StaffRole,
    *,
    by: Actor,
    name: str = "",
    password: str | None = None,
) -> Added:
    """Let somebody work here. PRODUCT O1.

    Somebody invited before gets a new link and the old one stops working; somebody removed may come
    back. Raises Invalid for an address or password that won't do, AlreadyDone for somebody who works
    here already.
    """
    address = normalised_email(email)
    if address is None:
        raise Invalid(f"“{email}” isn't an e-mail address.", field="email")
    shown = (name.strip() or address.partition("@")[0])[:120]
    if password is not None:
        refuse_weak(password, [address, shown])
    hashed = await hashing.hashed(password) if password is not None else None
    async with atomic():
        account = await _saved(programme_id, address, shown, role, hashed)
        verb = "added" if hashed else "invited"
        await audit.record(
            programme_id,
            f"staff.{verb}",
            ("staff", account.id),
            f"{account.name} was {verb} as {ROLES[role]}.",
            by=by,
            after={"email": address, "role": role},
        )
        token = None if hashed else await links.make(programme_id, TokenPurpose.STAFF_INVITE, account.id)
    return Added(account, token)


async def _saved(programme_id: int, email: str, name: str, role: StaffRole, hashed: str | None) -> Account:
    now, status = clock.now(), StaffStatus.ACTIVE if hashed else StaffStatus.INVITED
    saved = await run(
        "INSERT INTO staff (programme_id, id, uid, email, name, role, status, password_hash, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (programme_id, email) DO UPDATE"
        " SET name = excluded.name, role = excluded.role, status = excluded.status,"
        " password_hash = excluded.password_hash, version = staff.version + 1"
        f" WHERE staff.status <> '{StaffStatus.ACTIVE}' RETURNING uid",
        programme_id,
        new_id(now),
        new_uid(),
        email,
        name,
        role,
        status,
        hashed,
        now,
    )
    if not saved:
        raise AlreadyDone(f"{email} works here already.")
    return await get(programme_id, saved[0]["uid"])

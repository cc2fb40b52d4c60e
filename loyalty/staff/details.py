"""Saying one's own name and address."""

from db.engine import atomic, one, retried, run
from loyalty import audit
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.rules.actors import Actor
from loyalty.rules.orders import normalised_email
from loyalty.staff.accounts import Account, get


@retried
async def set_details(
    programme_id: int, uid: str, *, name: str, email: str, version: int | None, by: Actor
) -> Account:
    """Change the name that history shows from now on, and the address to sign in with.

    `version` is the one they were read with. Raises Invalid, AlreadyDone for an address that is
    somebody else's here, NotFound, and Stale when the account has changed since.
    """
    address = normalised_email(email)
    if address is None:
        raise Invalid(f"“{email}” isn’t an e-mail address.", field="email")
    async with atomic():
        account = await get(programme_id, uid)
        taken = "SELECT id FROM staff WHERE programme_id = {} AND email = {} AND id <> {}"
        if await one(taken, programme_id, address, account.id):
            raise AlreadyDone("Somebody else here signs in with this address.", field="email")
        changed = await run(
            "UPDATE staff SET name = {}, email = {}, version = version + 1"
            " WHERE programme_id = {} AND id = {} AND version = {} RETURNING id",
            name,
            address,
            programme_id,
            account.id,
            account.version if version is None else version,
        )
        if not changed:
            raise Stale(
                f"Your account has changed since you opened this: it says {account.name}, {account.email}.",
                field="name",
            )
        await audit.record(
            programme_id,
            "staff.details_set",
            ("staff", account.id),
            f"{name} changed their own name or address.",
            by=by,
            before={"name": account.name, "email": account.email},
            after={"name": name, "email": address},
        )
    return await get(programme_id, uid)

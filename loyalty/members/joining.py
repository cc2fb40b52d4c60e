"""A guest becomes a member by their own hand. PRODUCT A2, A3."""

from db.engine import atomic, retried
from db.enums import CustomerField, CustomerType
from loyalty.customers import editing, moving
from loyalty.errors import Invalid, NotAllowed
from loyalty.languages import message as _
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor

NAME_NEEDED = _("Tell us what to call you.")
LEFT = _("Your membership was ended. Ask the shop if you would like to come back.")


@retried
async def join(programme_id: int, customer_id: int, first_name: str, last_name: str, *, by: Actor) -> bool:
    """Guest → member, with the signup bonus once in a life. Whether anything changed: a second time it doesn't.

    A name is needed from somebody whose name isn't known. Raises Invalid, NotAllowed for who has left.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        if account.type is CustomerType.LEFT:
            raise NotAllowed(LEFT)
        known = await editing.editable(programme_id, account.customer_uid, CustomerField.NAME)
        if first_name.strip():
            value = {"first_name": first_name.strip(), "last_name": last_name.strip()}
            await editing.edit(
                programme_id, customer_id, CustomerField.NAME, value, version=known.version, by=by
            )
        elif not known.value["first_name"]:
            raise Invalid(NAME_NEEDED, field="first_name")
        return await moving.register(account, at=account.now, by=by)

"""One tag more or less, whatever other tags somebody has."""

from db.engine import atomic, retried
from db.enums import CustomerField
from loyalty.audit import Action
from loyalty.customers import personal
from loyalty.customers.editing import record
from loyalty.errors import AlreadyDone
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor
from loyalty.rules.customer_fields import checked
from loyalty.rules.days import local_day, zone


@retried
async def tag(programme_id: int, customer_id: int, word: str, *, by: Actor, remove: bool = False) -> Action:
    """Give somebody a tag, or take it. Audited as an edit of their tags.

    Raises AlreadyDone where nothing would change, Invalid for too many tags, NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        row = await personal.person(programme_id, id_=customer_id)
        before = await personal.read(programme_id, row, CustomerField.TAGS)
        has = set(before["tags"])
        if (word in has) is not remove:
            raise AlreadyDone(
                f"{account.customer_name} {'doesn’t have' if remove else 'already has'} this tag."
            )
        today = local_day(account.now, zone(account.programme.time_zone))
        wanted = {"tags": sorted(has - {word} if remove else has | {word})}
        after = checked(CustomerField.TAGS, wanted, today)
        await personal.write(programme_id, row, CustomerField.TAGS, after, row["email_verified_at"])
        return await record(programme_id, customer_id, CustomerField.TAGS, before, after, None, by=by)

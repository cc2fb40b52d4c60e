"""A favourite category earns more on the next order there, once (PRODUCT L2, I3)."""

from datetime import timedelta

from db.enums import MultiplierSource
from loyalty.ledger.accounts import Account
from loyalty.multipliers import stored
from loyalty.multipliers.granting import grant
from loyalty.preferences.questions import Question
from loyalty.rules.actors import Actor
from loyalty.rules.days import day_end, local_day, zone
from loyalty.rules.earning_rules import Matching
from loyalty.rules.preferences import Answer

VALID = timedelta(days=90)
"""How long a favourite waits for its order; it holds to the end of that day."""


async def boost(account: Account, question: Question, answer: Answer, *, by: Actor) -> str | None:
    """Grant what the chosen favourite promises, in the caller's transaction. Its name, as the member reads it.

    Once per customer and question, whatever they choose later: else one would choose anew before each order.
    None: nothing is promised, or it was granted before.
    """
    if question.boost_percent is None or not answer.options:
        return None
    chosen = next((each for each in question.shown.options if each.key == answer.options[0]), None)
    key = f"preference:{question.key}:{account.customer_uid}"
    if chosen is None or not chosen.category or await stored.by_key(account.programme.id, key) is not None:
        return None
    here = zone(account.programme.time_zone)
    granted = await grant(
        account.programme.id,
        account.customer_id,
        percent=question.boost_percent,
        valid_until=day_end(local_day(account.now + VALID, here), here),
        source=MultiplierSource.PREFERENCE,
        key=key,
        scope=Matching(categories=(chosen.category,)),
        by=by,
    )
    return granted.name

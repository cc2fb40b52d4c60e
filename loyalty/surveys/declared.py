"""Outcomes among the other things a customer told us, where filters and segments look (PRODUCT K3)."""

from db.engine import run
from loyalty.ledger.accounts import Account

_UNCHOOSE = (
    "DELETE FROM preference_choices WHERE programme_id = {} AND question_key = {} AND customer_id = {}"
)
_CHOOSE = """INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    VALUES ({}, {}, {}, {}, {})"""


async def declare(account: Account, survey_key: str, outcome: str | None) -> None:
    """Let the customer count among those with this outcome, and no other of the survey; None: among none."""
    await run(_UNCHOOSE, account.programme.id, survey_key, account.customer_id)
    if outcome is not None:
        await run(_CHOOSE, account.programme.id, survey_key, outcome, account.customer_id, account.now)

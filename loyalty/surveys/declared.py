"""Outcomes among the other things a customer told us, where filters and segments look (PRODUCT K3)."""

from db.engine import run
from loyalty.ledger.accounts import Account

_UNCHOOSE = (
    "DELETE FROM preference_choices WHERE programme_id = {} AND question_key = {} AND customer_id = {}"
)
_CHOOSE = """INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    VALUES ({}, {}, {}, {}, {})"""

_FORGET = """DELETE FROM preference_choices WHERE programme_id = {} AND customer_id = {}
    AND question_key IN (SELECT s.key FROM surveys s WHERE s.programme_id = {})"""
_AGAIN = """INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    SELECT r.programme_id, s.key, coalesce(r.outcome, 'started'), r.customer_id, coalesce(r.finished_at, r.started_at)
    FROM survey_responses r JOIN surveys s ON s.programme_id = r.programme_id AND s.id = r.survey_id
    WHERE r.programme_id = {} AND r.customer_id = {}"""


async def refresh(programme_id: int, customer_id: int) -> None:
    """Let what is declared follow from the responses the record has now, after a merge or its undoing."""
    await run(_FORGET, programme_id, customer_id, programme_id)
    await run(_AGAIN, programme_id, customer_id)


async def declare(account: Account, survey_key: str, outcome: str | None) -> None:
    """Let the customer count among those with this outcome, and no other of the survey; None: among none."""
    await run(_UNCHOOSE, account.programme.id, survey_key, account.customer_id)
    if outcome is not None:
        await run(_CHOOSE, account.programme.id, survey_key, outcome, account.customer_id, account.now)

"""A customer's row of what may be sent, made of the answers that stand."""

from db.engine import run
from db.enums import ContactChannel, QuestionRole
from loyalty.ledger.accounts import Account
from loyalty.preferences.standing import standing
from loyalty.rules.consent import TOPICS, pause_of

_WRITE = """INSERT INTO contact_choices (programme_id, customer_id, email, sms, portal, weekly_digest, new_rewards,
      big_sales, paused_until, opens, changed_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, customer_id) DO UPDATE SET email = excluded.email, sms = excluded.sms,
      portal = excluded.portal, weekly_digest = excluded.weekly_digest, new_rewards = excluded.new_rewards,
      big_sales = excluded.big_sales, paused_until = excluded.paused_until,
      opens = excluded.opens, changed_at = excluded.changed_at"""


async def refresh(account: Account) -> None:
    """Bring the row to the answers, in the caller's transaction.

    A channel is None until its question is answered; topics are None while nothing is narrowed.
    """
    given = {each.role: each for each in (await standing(*account.key, account.now)).values()}
    channels = given.get(QuestionRole.CHANNELS)
    topics = given.get(QuestionRole.TOPICS)
    pause = given.get(QuestionRole.PAUSE)
    opens = given.get(QuestionRole.OPENS)
    chosen = [channels and channel in channels.answer.options for channel in ContactChannel]
    wanted = [topics and topic in topics.answer.options for topic in TOPICS]
    await run(
        _WRITE,
        *account.key,
        *chosen,
        *wanted,
        pause.at + pause_of(pause.answer.options) if pause else None,
        opens and "opens" in opens.answer.options,
        account.now,
    )

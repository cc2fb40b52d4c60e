"""Forgetting a person, and telling what is known of them (PRODUCT O4, the platforms' privacy topics).

The ledger stays whole: the account, its entries and orders remain under a pseudonym, so every total
still adds up. Whatever names the person goes.
"""

from dataclasses import dataclass
from typing import Any

from db.engine import atomic, one, retried, rows, run
from db.enums import CustomerType, SessionKind
from loyalty import audit
from loyalty.customers import deliveries, moving
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.orders import normalised_email

_BLANK_INVITATIONS = """UPDATE referrals SET friend_email = NULL, friend_name = '', end_reason = '', signals = {},
      friend_email_key = 'erased:' || uid
    WHERE programme_id = {} AND (friend_id = {} OR friend_email_key = {})"""

# Codes go to addresses, whether or not they are a customer's.
_FORGET_MAIL = "DELETE FROM mails WHERE programme_id = {} AND lower(address) = {}"
_FORGET_CODES = "DELETE FROM sign_in_requests WHERE programme_id = {} AND email_key = {}"

_FORGET_MARKS = """DELETE FROM referral_marks WHERE programme_id = {} AND referral_id IN
    (SELECT id FROM referrals WHERE programme_id = {} AND (friend_id = {} OR friend_email_key = {}))"""

_BLANK = (
    # what names the person, table by table; every statement takes the programme and the customer
    "UPDATE customers SET first_name = '', last_name = '', email = NULL, email_key = NULL, phone = NULL,"
    " birth_month = NULL, birth_day = NULL, birth_year = NULL, accepts_email = FALSE, search = '',"
    " email_verified_at = NULL, time_zone = NULL, version = version + 1 WHERE programme_id = {} AND id = {}",
    "DELETE FROM customer_identities WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM customer_tags WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM segment_listed WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM customer_edits WHERE programme_id = {} AND customer_id = {}",
    "UPDATE multipliers SET reason = '' WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM preference_contents WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM preference_current WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM preference_choices WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM survey_responses WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM contact_choices WHERE programme_id = {} AND customer_id = {}",
    "UPDATE batch_people SET note = '', asked = CASE WHEN state = 'waiting' THEN asked END"
    " WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM portal_messages WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM endpoint_calls WHERE programme_id = {} AND customer_id = {}",
    "UPDATE campaign_recipients SET note = '', measured = FALSE, opened_at = NULL, opens = 0, read_at = NULL"
    " WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM notes WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM mails WHERE programme_id = {} AND customer_id = {}",
    "DELETE FROM customer_marks WHERE programme_id = {} AND customer_id = {}",
    "UPDATE referrals SET end_reason = '' WHERE programme_id = {} AND referrer_id = {}",
    "UPDATE approvals SET reason = '', comment = '', decision_reason = ''"
    " WHERE programme_id = {} AND customer_id = {}",
    "UPDATE reviews SET title = '', body = '' WHERE programme_id = {} AND customer_id = {}",
)


_MERGED = "SELECT id, email_key FROM customers WHERE programme_id = {} AND merged_into = {}"
_FORGET_MERGES = """UPDATE merges SET moved = '{{}}', before = '{{}}'
    WHERE programme_id = {} AND (kept_id = {} OR merged_id = {})"""


_PROMISES = """SELECT 'order bonus' AS kind, b.points, b.nth, '' AS name, 0 AS percent, '' AS code, b.status,
      b.granted_at, b.valid_until FROM order_bonuses b WHERE b.programme_id = {0} AND b.customer_id = {1}
    UNION ALL SELECT 'price cut', 0, 0, r.name, p.percent, '', '', p.starts_at, p.ends_at FROM price_cuts p
    JOIN rewards r ON r.programme_id = p.programme_id AND r.id = p.reward_id
    WHERE p.programme_id = {0} AND p.customer_id = {1}
    UNION ALL SELECT 'code', 0, 0, '', 0, k.code, '', k.given_at, k.valid_until FROM campaign_codes k
    WHERE k.programme_id = {0} AND k.customer_id = {1} ORDER BY 8, 1"""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the programme holds about one person, as plain rows ready for JSON."""

    customer: dict[str, Any]
    entries: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    rewards: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    multipliers: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    messages: list[dict[str, Any]]


async def find(programme_id: int, store_id: int, external_id: str | None, email: str | None) -> int | None:
    """The customer a privacy request speaks of, by the store's id for them or by address."""
    found = None
    if external_id:
        found = await one(
            "SELECT customer_id AS id FROM customer_identities"
            " WHERE programme_id = {} AND store_id = {} AND external_id = {}",
            programme_id,
            store_id,
            external_id,
        )
    if found is None and (key := normalised_email(email)):
        found = await one(
            "SELECT coalesce(merged_into, id) AS id FROM customers WHERE programme_id = {} AND email_key = {}",
            programme_id,
            key,
        )
    return found["id"] if found else None


@retried
async def erase(programme_id: int, customer_id: int, *, by: Actor = SYSTEM, reason: str) -> None:
    """Forget the person for good; a second time changes nothing. There is no undo.

    They leave the programme, their sessions end, and the webhooks that told of them are emptied.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        person = await one(
            "SELECT email_key, erased_at FROM customers WHERE programme_id = {} AND id = {}", *account.key
        )
        if person is None or person["erased_at"] is not None:
            return
        if account.type is not CustomerType.LEFT:
            await moving.exclude(programme_id, customer_id, by=by, reason=reason)
        await _blank(account, customer_id, person["email_key"])
        # What was merged into this record is the same person, and so is what a merge remembers (PRODUCT B6).
        for record in await rows(_MERGED, *account.key):
            await _blank(account, record["id"], record["email_key"])
        await run(_FORGET_MERGES, *account.key, customer_id)
        await audit.record(
            programme_id,
            "customer.erased",
            ("customer", customer_id),
            "A customer was erased",
            by=by,
            customer_id=customer_id,
            reason=reason,
        )


async def _blank(account: Account, customer_id: int, email_key: str | None) -> None:
    programme_id = account.programme.id
    await deliveries.empty(programme_id, customer_id, email_key)
    # Until an order of theirs completes it, an invitation knows its friend by the address only.
    await run(_FORGET_MARKS, programme_id, programme_id, customer_id, email_key)
    await run(_BLANK_INVITATIONS, "{}", programme_id, customer_id, email_key)
    await run(_FORGET_MAIL, programme_id, email_key)
    await run(_FORGET_CODES, programme_id, email_key)
    for statement in _BLANK:
        await run(statement, programme_id, customer_id)
    await run(
        "UPDATE customers SET erased_at = {} WHERE programme_id = {} AND id = {}",
        account.now,
        programme_id,
        customer_id,
    )
    await run(
        "UPDATE sessions SET ended_at = {} WHERE programme_id = {} AND kind = {} AND subject_id = {}"
        " AND ended_at IS NULL",
        account.now,
        programme_id,
        SessionKind.MEMBER,
        customer_id,
    )


async def known(programme_id: int, customer_id: int) -> Known:
    """What the programme holds about a person: identity, points, orders, rewards, answers, messages."""
    customer = await one(
        "SELECT uid, type, first_name, last_name, email, phone, birth_month, birth_day, birth_year, accepts_email,"
        " time_zone, referral_code, card_number, created_at, joined_at FROM customers"
        " WHERE programme_id = {} AND id = {}",
        programme_id,
        customer_id,
    )
    entries = await rows(
        "SELECT uid, kind, points, balance_after, effective_at, comment FROM ledger_entries"
        " WHERE programme_id = {} AND customer_id = {} ORDER BY id",
        programme_id,
        customer_id,
    )
    orders = await rows(
        "SELECT name, status, currency, total_minor, refunded_minor, placed_at, earned_points FROM orders"
        " WHERE programme_id = {} AND customer_id = {} ORDER BY id",
        programme_id,
        customer_id,
    )
    rewards = await rows(
        "SELECT i.code, i.status, i.points_paid, i.issued_at, r.name FROM issued_rewards i"
        " JOIN rewards r ON r.programme_id = i.programme_id AND r.id = i.reward_id"
        " WHERE i.programme_id = {} AND i.customer_id = {} ORDER BY i.id",
        programme_id,
        customer_id,
    )
    answers = await rows(
        "SELECT w.title, w.options AS offered, w.number AS wording, a.verb, a.source, a.at, c.options, c.body"
        " FROM preference_answers a"
        " JOIN preference_wordings w ON w.programme_id = a.programme_id AND w.id = a.wording_id"
        " LEFT JOIN preference_contents c ON c.programme_id = a.programme_id AND c.answer_id = a.id"
        " WHERE a.programme_id = {} AND a.customer_id = {} ORDER BY a.id",
        programme_id,
        customer_id,
    )
    multipliers = await rows(
        "SELECT name, percent, source, status, granted_at, valid_until, used_at FROM multipliers"
        " WHERE programme_id = {} AND customer_id = {} ORDER BY id",
        programme_id,
        customer_id,
    )
    promises = await rows(_PROMISES, programme_id, customer_id)
    messages = await rows(
        "SELECT subject, body, at, read_at FROM portal_messages WHERE programme_id = {} AND customer_id = {}"
        " ORDER BY id",
        programme_id,
        customer_id,
    )
    return Known(customer or {}, entries, orders, rewards, answers, multipliers, promises, messages)


async def data_requested(programme_id: int, customer_id: int, *, by: Actor = SYSTEM) -> None:
    """Note that a person asked the shop for their data, so that staff see it and can export it."""
    await audit.record(
        programme_id,
        "customer.data_requested",
        ("customer", customer_id),
        "{customer} asked for their data",
        by=by,
        customer_id=customer_id,
    )

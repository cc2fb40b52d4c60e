"""Taking an account's lock, the clock, and whatever time has done to the account."""

from collections.abc import Sequence
from datetime import datetime

from db.engine import Row, for_lock, one, one_of, rows, run
from db.enums import CustomerType
from loyalty import clock, due
from loyalty.errors import LoyaltyError, Merged, NotFound
from loyalty.ledger import settling
from loyalty.ledger.accounts import Account
from loyalty.programmes import COLUMNS, Programme
from loyalty.rules.naming import called

_LOCK_EACH = (
    "SELECT customer_id, debt FROM accounts WHERE programme_id = {{}} AND {whose} ORDER BY customer_id"
)
_LOCK = "UPDATE accounts SET seq = seq WHERE programme_id = {} AND customer_id = {} RETURNING debt"
_READ = f"""SELECT {COLUMNS}, c.id AS customer_id, c.type AS customer_type, c.first_name, c.last_name, c.email,
    c.uid AS customer_uid, c.joined_at, k.uid AS kept_uid, k.first_name AS kept_first, k.last_name AS kept_last,
    EXISTS (SELECT 1 FROM lots l WHERE l.programme_id = c.programme_id AND l.customer_id = c.id
            AND l.remaining > 0 AND l.lapses_at <= {{}}) AS due
    FROM customers c JOIN programmes p ON p.programme_id = c.programme_id
    LEFT JOIN customers k ON k.programme_id = c.programme_id AND k.id = c.merged_into
    WHERE c.programme_id = {{}} AND """


async def locked(programme_id: int, customer_id: int, *, merged: bool = False) -> Account:
    """Lock the account, note the customer for their segments, read the clock, post what is due. Only inside `atomic()`.

    The clock is read after the lock: a verb that waited must not spend lots that expired meanwhile.
    Raises NotFound when the programme has no such customer, and Merged for a record that became part of
    another: nothing happens on it any more, except (with `merged`) what carries points between the two.
    """
    held = await run(_LOCK, programme_id, customer_id)
    if not held:
        raise NotFound("There is no such customer in this programme.")
    await due.note(programme_id, customer_id)
    now = clock.now()
    row = await one(_READ + "c.id = {}", now, programme_id, customer_id)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    account = _account(programme_id, row, held[0]["debt"], now, merged=merged)
    if row["due"] or account.debt:
        await settling.settle(account)
    return account


async def locked_each(
    programme_id: int, customer_ids: Sequence[int]
) -> tuple[dict[int, Account], dict[int, LoyaltyError]]:
    """Lock many accounts in the order of their ids, so that nobody waits in a circle; else as `locked`.

    Answers accounts by customer, and why there is none for those whom `locked` would refuse.
    """
    whose, args = one_of("customer_id", customer_ids)
    debts = {
        row["customer_id"]: row["debt"]
        for row in await run(_LOCK_EACH.format(whose=whose) + for_lock(), programme_id, *args)
    }
    now = clock.now()
    those, args = one_of("c.id", customer_ids)
    accounts: dict[int, Account] = {}
    refused: dict[int, LoyaltyError] = {
        customer_id: NotFound("There is no such customer in this programme.") for customer_id in customer_ids
    }
    to_settle = []
    for row in await rows(f"{_READ}{those} ORDER BY c.id", now, programme_id, *args):
        customer_id = row["customer_id"]
        if customer_id not in debts:
            continue
        try:
            account = _account(programme_id, row, debts[customer_id], now)
        except Merged as gone:
            refused[customer_id] = gone
            continue
        accounts[customer_id] = account
        del refused[customer_id]
        if row["due"]:
            to_settle.append(account)
    await due.note_each(programme_id, list(accounts))
    await settling.settle_each(to_settle)
    return accounts, refused


def _account(programme_id: int, row: Row, debt: int, now: datetime, *, merged: bool = False) -> Account:
    """Raises Merged."""
    if row["kept_uid"] is not None and not merged:
        name = f"{row['kept_first']} {row['kept_last']}".strip() or "another one"
        raise Merged(f"This record was merged into {name}. Open that one instead.", uid=row["kept_uid"])
    return Account(
        programme=Programme.from_row(programme_id, row),
        customer_id=row["customer_id"],
        customer_uid=row["customer_uid"],
        customer_name=called(row),
        type=CustomerType(row["customer_type"]),
        debt=debt,
        joined_at=row["joined_at"],
        now=now,
    )

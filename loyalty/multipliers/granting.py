"""Granting a one-shot multiplier (PRODUCT I3). What the preference center, campaigns and staff call."""

import json
from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, retried, run
from db.enums import CustomerType, MultiplierSource
from db.ids import new_id, new_uid
from loyalty import audit
from loyalty.audit import Action
from loyalty.errors import Invalid, KeyReused
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.multipliers import stored
from loyalty.rules import multipliers as rules
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.earning_rules import Matching

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Granted:
    """The multiplier's uid, its name, the sentence for a toast, and the audited action; None for a repeat."""

    uid: str
    name: str
    sentence: str
    action: Action | None


@retried
async def grant(
    programme_id: int,
    customer_id: int,
    *,
    percent: int,
    valid_until: datetime,
    source: MultiplierSource,
    key: str,
    scope: Matching = rules.EVERYTHING,
    name: str = "",
    reason: str = "",
    campaign_id: int | None = None,
    by: Actor = SYSTEM,
) -> Granted:
    """Promise a customer more points on their next order that has a line in `scope`. PRODUCT I3.

    `percent` 200 doubles (101 to 1000). `scope` names products, SKUs, categories or tags, compared without
    case: `Matching(categories=("Skincare",))`; empty means everything that earns by amount or piece.
    `valid_until` is the first moment at which it is over, so the end of the last day in the programme's
    zone. `name` is what people read; left empty it becomes “Double points on Skincare”. `key` is unique in
    the programme (`preference:favourite:<customer uid>`, `campaign:<uid>:<customer uid>`): repeating it
    grants nothing twice and returns the first grant.

    The first paid order between now and then on which it makes a difference uses it up; an order that is
    refunded in full or cancelled gives it back. May be called inside a verb's own `atomic()`.

    Raises Invalid naming `percent`, `scope`, `valid_until`, `name`, `reason` or `key`, NotAMember for
    somebody who has left, KeyReused, NotFound.
    """
    _refuse_long(name, reason, key)
    async with atomic():
        account = await locked(programme_id, customer_id)
        rules.checked(percent, scope, account.now, valid_until)
        called = name.strip() or rules.title(percent, scope, account.programme.unit_many)
        before = await stored.by_key(programme_id, key)
        if before is not None:
            asked = (customer_id, percent, scope, source, valid_until)
            if asked != (before.customer_id, before.percent, before.scope, before.source, before.valid_until):
                raise KeyReused(
                    "This form was already used for something else. Reload the page and try again."
                )
            return Granted(before.uid, before.name, _sentence(account, before.name), None)
        if account.type is CustomerType.LEFT:
            account.require_member()
        multiplier_id, uid = new_id(account.now), new_uid()
        await run(
            "INSERT INTO multipliers (programme_id, id, uid, customer_id, source, name, percent, scope, status, key,"
            " reason, actor_kind, actor_id, actor_name, granted_at, valid_until, campaign_id)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'waiting', {}, {}, {}, {}, {}, {}, {}, {})",
            programme_id,
            multiplier_id,
            uid,
            customer_id,
            source,
            called,
            percent,
            json.dumps(rules.scope_to_dict(scope)),
            key,
            reason.strip(),
            by.kind,
            by.id,
            by.name,
            account.now,
            valid_until,
            campaign_id,
        )
        action = await audit.record(
            programme_id,
            "multiplier.granted",
            ("multiplier", multiplier_id),
            f"{{customer}} got {called}",
            by=by,
            customer_id=customer_id,
            after={"percent": percent, "valid_until": valid_until.isoformat()},
            reason=reason.strip(),
            undo={"noun": "multipliers", "multiplier": multiplier_id, "to": "withdrawn"},
        )
        return Granted(uid, called, _sentence(account, called), action)


def _sentence(account: Account, called: str) -> str:
    return f"{account.customer_name} has {called} now"


def _refuse_long(name: str, reason: str, key: str) -> None:
    for field, text, most in (("name", name, 120), ("reason", reason, 500), ("key", key, LONGEST_KEY)):
        if len(text) > most:
            raise Invalid(f"The {field} can have {most} characters; this one has {len(text)}.", field=field)
    if not key:
        raise Invalid("A grant needs a key, so that a repeat grants nothing twice.", field="key")

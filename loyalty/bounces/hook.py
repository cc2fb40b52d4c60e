"""The same reports as signed webhooks (Standard Webhooks), for mail services and scripts beside a mail server.

{"type": "bounce", "data": {"message_id": "<…@shop.example>", "address": "ines@example.org",
                            "status": "5.1.1", "reason": "550 5.1.1 No such user"}}
"""

import json
from collections.abc import Mapping
from enum import StrEnum

from loyalty import clock
from loyalty.bounces import taking
from loyalty.bounces.taking import Taken
from loyalty.errors import NotFound
from loyalty.integrations.standard_webhooks import verified
from loyalty.rules import bounces
from loyalty.rules.bounces import Report, ReportKind
from loyalty.rules.orders import normalised_email
from loyalty.settings import settings


class Untaken(StrEnum):
    """Why nothing was made of a webhook."""

    NOT_SIGNED = "not_signed"
    UNREADABLE = "unreadable"


async def arrive(headers: Mapping[str, str], raw: bytes) -> Taken | Untaken:
    """Take a report that is signed with REGULARS_MAIL_HOOK_SECRET. Raises NotFound while there is none."""
    secrets = settings().mail_hook_secrets
    if not secrets:
        raise NotFound("Reports about mail aren’t taken here: REGULARS_MAIL_HOOK_SECRET is empty.")
    if not verified(headers, raw, secrets, clock.now()):
        return Untaken.NOT_SIGNED
    report = _read(raw)
    return Untaken.UNREADABLE if report is None else await taking.take(report)


def _read(raw: bytes) -> Report | None:
    try:
        sent = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    told = sent.get("data") if isinstance(sent, dict) else None
    if not isinstance(told, dict) or sent.get("type") not in list(ReportKind):
        return None
    mail, address = bounces.named(_text(told, "message_id")), normalised_email(_text(told, "address"))
    if mail is None or not address:
        return None
    reason = bounces.sentence(_text(told, "reason"))
    status = bounces.status_of(_text(told, "status"), reason)
    note = reason or status or "The mail service gave no reason."
    return Report(ReportKind(sent["type"]), mail, frozenset({address}), status, note)


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""

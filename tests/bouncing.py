"""Reports of mail servers and services, as they come, for tests of bounces."""

import json
from typing import Any

from loyalty import clock
from loyalty.integrations.standard_webhooks import headers

SECRET = "whsec_" + "c2VjcmV0" * 6


def dsn(
    message_id: str,
    to: str = "ines@example.org",
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 5.1.1 No such user",
    enclosed: str = "message/rfc822",
    original: str = "",
) -> bytes:
    """A delivery report as RFC 3464 shows them. `original`: whom it was for before it was passed on."""
    ours = f"Message-ID: {message_id}\nTo: {to}\nSubject: Hello\n"
    passed_on = f"Original-Recipient: rfc822; {original}\n" if original else ""
    return f"""\
From: MAILER-DAEMON@mx.example
To: hello@shop.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sun, 1 Mar 2026 12:00:00 +0000

{passed_on}Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: {enclosed}

{ours}{"" if enclosed == "text/rfc822-headers" else chr(10) + "Hi!"}
--b--
""".encode()


def complaint(message_id: str, to: str = "ines@example.org") -> bytes:
    """A complaint as RFC 5965 shows them."""
    return f"""\
From: <abuse@mx.example>
To: hello@shop.example
Subject: FW: Hello
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: message/rfc822

Message-ID: {message_id}
To: <{to}>
Subject: Hello

Hi!
--b--
""".encode()


def webhook(kind: str, message_id: str, *, secret: str = SECRET, **data: str) -> dict[str, Any]:
    """What is sent to /hooks/mail: body and headers."""
    told = {"message_id": message_id, "address": "ines@example.org", **data}
    body = json.dumps({"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": told}).encode()
    return {"content": body, "headers": headers("msg_1", clock.now(), body, secret)}

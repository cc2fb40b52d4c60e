import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loyalty.errors import Invalid
from loyalty.integrations import webhook_log

LINE = {
    "topic": "orders/paid",
    "webhook_id": "w-1",
    "triggered_at": "2026-01-01T00:00:00",
    "body": {"id": 1, "x": 25.5},
}


def test_each_line_is_a_delivery_and_blank_lines_are_none(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(
        gzip.compress(f"{json.dumps(LINE)}\r\n\n{json.dumps({**LINE, 'webhook_id': 'w-2'})}".encode())
    )
    first, second = webhook_log.read(path)
    assert (first.line, first.topic, first.webhook_id) == (1, "orders/paid", "w-1")
    assert first.triggered_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert first.body == {"id": 1, "x": "25.5"}
    assert (second.line, second.webhook_id) == (3, "w-2")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "log.jsonl, line 2: The body isn't JSON."),
        ("[]", "log.jsonl, line 2: The body isn't a JSON object."),
        (json.dumps({**LINE, "body": None}), "log.jsonl, line 2: body is missing."),
        (json.dumps({**LINE, "topic": ""}), "log.jsonl, line 2: topic is missing."),
        (json.dumps({**LINE, "webhook_id": None}), "log.jsonl, line 2: webhook_id is missing."),
        (
            json.dumps({**LINE, "triggered_at": "then"}),
            "log.jsonl, line 2: triggered_at isn't a date and time.",
        ),
        ('{"a":' * 5000, "log.jsonl, line 2: The body isn't JSON."),
        ('{"topic": NaN}', "log.jsonl, line 2: The body isn't JSON."),
    ],
)
def test_a_malformed_line_is_refused_by_its_number(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(f"{json.dumps(LINE)}\n{line}\n")
    with pytest.raises(Invalid) as refusal:
        list(webhook_log.read(path))
    assert str(refusal.value) == sentence


def test_a_log_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(LINE).encode())[:-9])
    with pytest.raises(Invalid, match="cut short"):
        list(webhook_log.read(path))

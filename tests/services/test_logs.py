import json

import pytest
import structlog

from loyalty.logs import write_json_logs


def stumble(token: str) -> None:
    raise LookupError(f"No session of {len(token)} letters.")


def test_an_error_says_where_it_happened_and_never_what_variables_held(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = structlog.get_config()
    write_json_logs()
    try:
        stumble("a-cookie-of-somebody")
    except LookupError as error:
        structlog.get_logger("errors").error("failed", request_id="7", exc_info=error)
    finally:
        structlog.configure(**before)
    written = capsys.readouterr().out
    line = json.loads(written)
    assert (line["event"], line["level"], line["request_id"]) == ("failed", "error", "7")
    (told,) = line["exception"]
    assert (told["exc_type"], told["exc_value"]) == ("LookupError", "No session of 20 letters.")
    assert told["frames"][-1]["name"] == "stumble"
    assert "a-cookie-of-somebody" not in written

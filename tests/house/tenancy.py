"""Every statement of ours on a tenant's table names the programme, once per table it touches."""

import re
import sys
from functools import cache
from types import FrameType
from typing import Any

import pytest

from db.engine.statements import listening
from db.piccolo_app import table_classes
from tests.house.places import ROOT

# Deliberate readers across programmes, each with its reason.
ALLOWED = {
    r"from sessions\b.* where .*token_hash = ": "a cookie is all a request has",
    r"login_tokens\b.* where .*token_hash = ": "a one-time link is all a request has",
    r"from staff\b.* where .*email = ": "somebody signing in gives an address, not a programme",
    r"from stores\b.* where .*domain = ": "a platform's webhook names its shop, not our programme",
    r"webhook_secret.* from stores where uid = ": "a webhook's address names its store, not our programme",
    r"(from|update) jobs\b": "the worker claims what is due, whoever's it is",
    r"(from|update) inbound_events\b": "the worker applies what came in, whoever's it is",
    r"from programmes p where exists .* from unsealed_actions u": "the worker seals what waits, whoever's it is",
    r"from programmes p where exists .* from uncounted_entries u": "the worker counts what waits, whoever's it is",
    r"^insert into (unsealed_actions|referral_marks) .*select": "a migration fills a table from what is there",
    r"^insert into (campaign_tallies|entry_totals) .*select": "a migration fills a table from what is there",
    r"^update campaign_(links|recipients|tallies) set \w+ = (d\.|(coalesce\()?\(select)": "a migration counts",
    r"^update (multipliers|issued_rewards) set campaign_id = \(select": "a migration says what is there",
    r"^update campaign_codes set valid_until = (given_at \+|strftime)": "a migration says what is there",
    r"^update campaigns set offer = (offer \|\||json_set)": "a migration says what is there",
    r"^update segment_members set tier_id = \(select [^{?$]*\)$": "a migration says what is there",
    r"(from|update) outbox\b": "the worker delivers what is due, whoever's it is",
}

_TOUCHED = re.compile(r"\b(from|join|into|update)\s+(?:only\s+)?([a-z_]+)")
_CONDITIONS = re.compile(r"\b(where|on|using)\b")
_BOUND = re.compile(r"programme_id (=|in) ?[(?$]|\([^)]*programme_id[^)]*\) (=|in) ?\(")
_ENGINE = (str(ROOT / "db"), "piccolo", "contextlib.py", "functools.py")


def offence(sql: str) -> str | None:
    """The statement, flattened, if it touches a tenant's table without naming the programme.

    It must name it for every table it reads or changes, and once compare it with a value.
    """
    flat = " ".join(sql.replace('"', "").lower().split())
    if not flat.startswith(("select", "insert", "update", "delete", "with")):
        return None
    touched = [(verb, table) for verb, table in _TOUCHED.findall(flat) if table in _tenant_tables()]
    filtered = [table for verb, table in touched if verb != "into"]
    written = len(touched) - len(filtered)
    start = _CONDITIONS.search(flat)
    conditions = flat[start.end() :] if start else ""
    named = conditions.count("programme_id") >= len(filtered) and flat.count("programme_id") >= written
    bound = not filtered or _BOUND.search(conditions)
    return None if (named and bound) or any(re.search(allowed, flat) for allowed in ALLOWED) else flat


def asked_in_a_test() -> bool:
    """Whether the statement now being noted was written in tests/, which may look at everything."""
    frame: FrameType | None = sys._getframe(2)  # past this function and `hear`
    while frame is not None:
        name = frame.f_code.co_filename
        if not any(part in name for part in _ENGINE):
            return name.startswith(str(ROOT / "tests"))
        frame = frame.f_back
    return False


@cache
def _tenant_tables() -> frozenset[str]:
    return frozenset(
        table._meta.tablename
        for table in table_classes()
        if table._meta.tablename != "programmes"
        and any(column._meta.name == "programme_id" for column in table._meta.columns)
    )


class Recorder:
    """A pytest plugin: hears all SQL of the run and fails it at the end when a statement offends.

    Where the run is spread over several processes, each tells the first what it heard.
    """

    def __init__(self) -> None:
        self._heard: set[str] = set()
        self.offences: set[str] = set()
        self._listening = listening(self.hear)

    def pytest_sessionstart(self) -> None:
        self._listening.__enter__()

    def pytest_sessionfinish(self, session: Any) -> None:
        self._listening.__exit__(None, None, None)
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["offences"] = sorted(self.offences)
        elif self.offences:
            session.exitstatus = 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.offences.update(getattr(node, "workeroutput", {}).get("offences", ()))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.offences:
            terminalreporter.section("statements that forget the programme", red=True)
            for flat in sorted(self.offences):
                terminalreporter.write_line(flat)

    def hear(self, sql: str) -> None:
        if sql not in self._heard and not asked_in_a_test():
            self._heard.add(sql)
            if found := offence(sql):
                self.offences.add(found)

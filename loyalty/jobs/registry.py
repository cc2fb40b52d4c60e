"""Every job there is, by name. The job `tidy_up` is `JOB` in loyalty/jobs/tidy_up.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

Run: TypeAlias = Callable[[int, dict[str, Any]], Awaitable[None]]
Revived: TypeAlias = Callable[[int, dict[str, Any]], Awaitable[None]]
Died: TypeAlias = Callable[[int, dict[str, Any], str], Awaitable[None]]

NAMES = (
    "apply_event",
    "call_endpoint",
    "dry_run",
    "end_challenges",
    "evaluate_tiers",
    "expire_points",
    "expire_rewards",
    "follow_segments",
    "give_birthday_points",
    "lapse_approvals",
    "lapse_referrals",
    "measure_campaign",
    "notify_expiry",
    "record_notice",
    "refresh_segments",
    "run_automation",
    "run_batch",
    "send_campaign",
    "send_mail",
    "start_automations",
    "tidy_up",
    "undo_batch",
    "verify_ledger",
)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` gets the programme and the arguments. `died` is told when the last attempt failed too.

    `revived` is told, in the transaction that does it, when somebody has a dead job tried again.
    """

    run: Run
    died: Died | None = None
    revived: Revived | None = None


_loaded: dict[str, Job] = {}


def job(name: str) -> Job:
    """The job called `name`, imported on first use.

    Raises KeyError.
    """
    if name not in _loaded and name in NAMES:
        _loaded[name] = import_module(f"loyalty.jobs.{name}").JOB
    return _loaded[name]

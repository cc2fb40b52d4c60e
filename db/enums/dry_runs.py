"""Dry-runs of earning rules."""

from enum import StrEnum


class DryRunState(StrEnum):
    """Waiting for a worker, under way, or over in one of three ways."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

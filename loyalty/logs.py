"""Logs as a server writes them: for machines to read, and without anybody's data."""

import logging

import structlog
from structlog.tracebacks import ExceptionDictTransformer

# Not `dict_tracebacks`: it writes down what every variable held, cookies and addresses among them.
_tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def write_json_logs() -> None:
    """One JSON object per line on standard output, times in UTC. An error says where it happened and what it said."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )

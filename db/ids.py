"""Identifiers made by the application: time-ordered integers inside, random words outside.

An id is 63 bits: 41 bits of milliseconds since 1990, 10 bits of node, 12 bits of counter. 41 bits
are 69.7 years, so the epoch of 1990 reaches September 2059 and still covers a shop's oldest history
(our test data starts in 1997) with positive numbers. Ids are minted from the *event's* time, so an
imported year sorts where it happened and "newest first" is simply `ORDER BY id DESC`.
"""

import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
LAST_MS = (1 << 41) - 1

_NODE_BITS = 10
_COUNTER_BITS = 12
NODES = 1 << _NODE_BITS
_FULL = 1 << _COUNTER_BITS
_START_BELOW = _FULL // 4
_REMEMBERED = 65_536
_MS = timedelta(milliseconds=1)

_node = secrets.randbelow(NODES)
_counts: OrderedDict[int, int] = OrderedDict()
_lock = threading.Lock()


def use_node(node: int) -> None:
    """Mint with this node number (0 to 1023). `db.engine.connect` claims one per process."""
    global _node
    if not 0 <= node < NODES:
        raise ValueError(f"A node number is 0 to 1023, not {node}.")
    _node = node


def new_id(at: datetime | None = None) -> int:
    """A new integer id for an event at `at` (aware; default: now). Never the same one twice.

    Ids of one millisecond are in the order they were made; when its counter is used up, the next
    ones borrow from the following milliseconds. Raises ValueError before 1990 and after 2059.
    """
    ms = ((at or datetime.now(UTC)) - EPOCH) // _MS
    if not 0 <= ms <= LAST_MS:
        raise ValueError(f"No id can be made for {at}: the calendar of ids runs from 1990 to 2059.")
    with _lock:
        while (count := _next_count(ms)) >= _FULL:
            ms += 1
        _counts[ms] = count + 1
        _counts.move_to_end(ms)
        if len(_counts) > _REMEMBERED:
            _counts.popitem(last=False)
    return (((ms << _NODE_BITS) | _node) << _COUNTER_BITS) | count


def moment_of(id_: int) -> datetime:
    """When the event with this id happened, to the millisecond."""
    return EPOCH + (id_ >> (_NODE_BITS + _COUNTER_BITS)) * _MS


def first_id(at: datetime) -> int:
    """The smallest id of `at`: `id >= first_id(day)` selects by time without a second index."""
    ms = min(max((at - EPOCH) // _MS, 0), LAST_MS)
    return ms << (_NODE_BITS + _COUNTER_BITS)


def new_uid() -> str:
    """A public id: 22 URL-safe characters, 128 random bits."""
    return secrets.token_urlsafe(16)


def _next_count(ms: int) -> int:
    # A random start keeps apart two runs that drew the same node and import the same past day.
    return _counts.get(ms) or secrets.randbelow(_START_BELOW)

"""Verbs that post no entry are repeat-safe too: the audited action remembers the key it was done under."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from db.engine import loads, rows
from loyalty.audit import Action
from loyalty.errors import KeyReused

# Sentences are kept with {customer} in place of the name (loyalty.audit).
_LATEST = """SELECT a.id, a.uid, a.undo, a.after, replace(a.sentence, '{{customer}}',
      coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), c.email, c.phone, '')) AS sentence
    FROM actions a LEFT JOIN customers c ON c.programme_id = a.programme_id AND c.id = a.customer_id
    WHERE a.programme_id = {} AND a.subject_kind = {} AND a.subject_id = {} AND a.verb = {}
    ORDER BY a.id DESC LIMIT 20"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A key and what was asked under it; `stored` goes into the action's `after`."""

    key: str
    asked: str

    @property
    def stored(self) -> dict[str, str]:
        return {"key": self.key, "asked": self.asked}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An action already done under the key, and what it left behind."""

    action: Action
    after: dict[str, Any]


def mark(key: str, *body: Any) -> Mark:
    """What a verb was asked: its key, and a digest of everything a repeat must match."""
    return Mark(key, hashlib.sha256(json.dumps(body, default=str).encode()).hexdigest()[:32])


async def earlier(programme_id: int, verb: str, subject: tuple[str, int], asked: Mark) -> Earlier | None:
    """The action already recorded under this key, or None. Raises KeyReused when it was asked otherwise.

    Only after the subject is locked: two requests at once must not both find nothing.
    """
    for row in await rows(_LATEST, programme_id, *subject, verb):
        after = loads(row["after"])
        if after.get("key") != asked.key:
            continue
        if after.get("asked") != asked.asked:
            raise KeyReused("This form was already used for something else. Reload the page and try again.")
        return Earlier(Action(row["id"], row["uid"], row["sentence"], row["undo"] is not None), after)
    return None

"""The second step: who gets it, and who doesn't."""

import secrets
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import urlencode

from litestar.datastructures.multi_dicts import MultiMixin

from loyalty.campaigns.stored import Campaign, Wanted
from loyalty.segments.listing import SegmentRow
from web.forms import LONGEST_KEY
from web.forms.campaigns.step import Differs

MOST_SEGMENTS = 100

# The order in which a person who is in several counts for one. PRODUCT M1.
PRIORITY = ("At-Risk Loyals", "VIPs", "Engaged Advocates", "Points Savers", "New Enthusiasts")


class AudienceForm:
    """`chosen` get it, nobody of `without` does; both are public ids of segments. `whom`: all or segments."""

    def __init__(self) -> None:
        self.whom = "segments"
        self.chosen: tuple[str, ...] = ()
        self.without: tuple[str, ...] = ()
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = None
        self.theirs: list[Differs] = []
        self.names: dict[str, str] = {}

    @classmethod
    def read(cls, sent: MultiMixin[Any]) -> Self:
        """What was sent, or stands in an address. Never raises."""
        form = cls()
        form.whom = "all" if sent.get("whom") == "all" else "segments"
        form.chosen = tuple(str(each)[:40] for each in sent.getall("segments", []))[:MOST_SEGMENTS]
        form.without = tuple(str(each)[:40] for each in sent.getall("without", []))[:MOST_SEGMENTS]
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        return form

    @classmethod
    def of(cls, campaign: Campaign, wanted: Iterable[Wanted]) -> Self:
        form = cls()
        found = tuple(wanted)
        form.whom = "all" if campaign.everybody else "segments"
        form.chosen = tuple(each.uid for each in found if not each.excluded)
        form.without = tuple(each.uid for each in found if each.excluded)
        form.version = campaign.version
        return form

    def arrange(self, segments: Iterable[SegmentRow]) -> None:
        """Put what was chosen in the order of priority, whatever the order of the page."""
        self.names = {row.uid: row.name for row in segments}
        self.chosen = tuple(sorted(self.chosen, key=lambda uid: _rank(self.names.get(uid, ""))))

    @property
    def address(self) -> str:
        """Whom it means, as an address tells it."""
        chosen = [("segments", uid) for uid in self.chosen] + [("without", uid) for uid in self.without]
        return urlencode([("whom", self.whom), *chosen])

    @property
    def told(self) -> dict[str, str]:
        def said(uids: Iterable[str]) -> str:
            return ", ".join(self.names.get(uid, "a segment that is gone") for uid in uids)

        gets = "All members" if self.whom == "all" else said(self.chosen)
        return {"Who gets it": gets, "But not": said(self.without)}


def _rank(name: str) -> int:
    return PRIORITY.index(name) if name in PRIORITY else len(PRIORITY)

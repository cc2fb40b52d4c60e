"""Which customers a page shows. The address bar holds it; list, counts and pager read the same object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from db.enums import CustomerType

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """PRODUCT B1. `q` searches name, e-mail, phone, external id and codes."""

    q: str = ""
    type: CustomerType | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address; empty and unknown values count as not given."""
        return cls(
            q=" ".join(query.get("q", "").split())[:LONGEST_SEARCH],
            type=next((kind for kind in CustomerType if kind == query.get("type")), None),
        )

    def query(self, **also: str | None) -> str:
        """The canonical address of this filter, `also` replacing or adding parameters (None drops one)."""
        given = {"q": self.q, "type": self.type, **also}
        return urlencode({name: str(value) for name, value in given.items() if value})

    @property
    def narrows(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.q or self.type)

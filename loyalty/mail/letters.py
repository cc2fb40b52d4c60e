"""What a mail says, before anybody draws it: finished words, no markup but `body`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to do. `path` begins with a slash; the shop's own address is put in front."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Item:
    """A small card below the text, such as a reward and its price."""

    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`figure` and `caption` stand large above the text, `code` large within it; `why` says why it was sent.

    `preview` is what a mailbox shows beside the subject. `language` is the one the words are in.
    `pixel` is the path of a picture that tells that the mail was opened; empty: there is none.
    `because` leads to a page that says more of why. `body` is text that was written for this mail, as HTML, and
    `body_text` the same without marks; both stand below the paragraphs.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    preview: str = ""
    figure: str = ""
    caption: str = ""
    code: str = ""
    button: Button | None = None
    items: tuple[Item, ...] = ()
    why: str = ""
    language: str = "en"
    body: str = ""
    body_text: str = ""
    because: Button | None = None
    pixel: str = ""

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> "Letter":
        button, because = stored["button"], stored.get("because")
        return cls(
            **{
                **stored,
                "paragraphs": tuple(stored["paragraphs"]),
                "button": Button(**button) if button else None,
                "because": Button(**because) if because else None,
                "items": tuple(Item(**item) for item in stored["items"]),
            }
        )

    def text(self, shop: str, base_url: str, unsubscribe: str = "") -> str:
        """The whole letter as plain text."""
        parts = [self.heading, *self.paragraphs]
        if self.body_text:
            parts.append(self.body_text)
        if self.figure:
            parts.insert(0, f"{self.figure} {self.caption}".strip())
        if self.code:
            parts.append(self.code)
        if self.button:
            parts.append(f"{self.button.label}: {base_url}{self.button.path}")
        if self.items:
            parts.append("\n".join(f"- {item.title}: {item.note}" for item in self.items))
        because = f"{self.because.label}: {base_url}{self.because.path}" if self.because else ""
        foot = [line for line in (self.why, because, unsubscribe, shop) if line]
        return "\n\n".join([*parts, "-- \n" + "\n".join(foot)]) + "\n"

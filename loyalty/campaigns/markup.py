"""The body of a message: a few marks of Markdown, as HTML and as plain text, with places for fields and links.

Headings, **bold**, *italic*, lists, quotes, rules and [links](https://…); a link alone on its line is a button.
Everything else stays the text it is. What is typed is rendered once; a person's values are put in afterwards,
escaped, so nobody's name can become a mark, a tag or an address. `loyalty.mail.cleaning` looks once more.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from loyalty.errors import Invalid
from loyalty.rules.campaigns import fields
from loyalty.rules.campaigns.fields import Field, Values

LONGEST_TARGET = 2_000
MOST_LINKS = 30

_OPEN, _CLOSE, _LINK = "\ue000", "\ue001", "https://link.invalid/"
_PLACES = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_TARGETS = re.compile(f"{re.escape(_LINK)}(\\d{{1,3}})")
_MARKS = [
    "heading",
    "list",
    "emphasis",
    "link",
    "hr",
    "blockquote",
    "newline",
    "escape",
    "entity",
    "autolink",
]
_HEADINGS = {"h1": "h2", "h2": "h2"}
_BULLET = "– "


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads: an https address, or a path of the portal."""

    target: str
    label: str


Address: TypeAlias = Callable[[int, Link], str]
"""The whole address of a link in one person's mail, by its number."""


@dataclass(frozen=True, slots=True)
class Written:
    """A body read once. `links` in their order; the first is number 1."""

    html: str
    text: str
    fields: tuple[Field, ...]
    links: tuple[Link, ...]

    def filled(self, values: Values, address: Address) -> tuple[str, str]:
        """HTML and plain text for one person; `address` is the whole address of a link. Raises MissingValue."""
        said = [fields.value(each, values) for each in self.fields]
        to = {number: address(number, link) for number, link in enumerate(self.links, 1)}
        return _fill(self.html, said, to, escaping=True), _fill(self.text, said, to, escaping=False)


def read(body: str, questions: Iterable[str] = ()) -> Written:
    """Read a body. Raises Invalid, with the field `body`, for an unknown field or a link that leads nowhere safe."""
    clean = body.replace(_OPEN, "").replace(_CLOSE, "").replace("\r\n", "\n")
    found: list[Field] = []
    source = ""
    for part in _fields(clean, questions):
        if isinstance(part, Field):
            source += f"{_OPEN}{len(found)}{_CLOSE}"
            found.append(part)
        else:
            source += part
    marks = MarkdownIt("zero", {"html": False}).enable(_MARKS)
    tokens = marks.parse(source)
    links = _numbered(tokens, found)
    html = marks.renderer.render(tokens, marks.options, {})
    return Written(html, _plain(tokens), tuple(found), links)


def _fields(text: str, questions: Iterable[str]) -> tuple[fields.Part, ...]:
    try:
        return fields.read(text, questions)
    except Invalid as wrong:
        raise Invalid(str(wrong), field="body") from wrong


def _numbered(tokens: Sequence[Token], found: Sequence[Field]) -> tuple[Link, ...]:
    """Replace every target by its number, and make a link alone on its line a button."""
    links: list[Link] = []
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS.get(token.tag, "h3")
        children = token.children or []
        for place, child in enumerate(children):
            if child.type == "link_open":
                label = _PLACES.sub(lambda name: found[int(name[1])].name, _words(children[place:]))
                links.append(Link(_safe(str(child.attrGet("href"))), label[:200]))
                child.attrSet("href", f"{_LINK}{len(links)}")
        if _is_alone(children):
            children[0].attrSet("class", "btn")
    if len(links) > MOST_LINKS:
        raise Invalid(f"A message can have {MOST_LINKS} links; this one has {len(links)}.", field="body")
    return tuple(links)


def _safe(target: str) -> str:
    where = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith("//")
    if _OPEN in unquote(target):
        raise Invalid("A link leads everybody to the same page; take the field out of it.", field="body")
    if not is_path and not (where.scheme in ("https", "http") and where.netloc):
        raise Invalid(
            f"“{target[:60]}” leads nowhere. Links begin with https://, or with / for a page of the portal.",
            field="body",
        )
    if len(target) > LONGEST_TARGET:
        raise Invalid(f"A link can have {LONGEST_TARGET:,} characters.", field="body")
    return target


def _is_alone(children: Sequence[Token]) -> bool:
    return (
        len(children) > 2
        and (children[0].type, children[-1].type) == ("link_open", "link_close")
        and sum(child.type == "link_open" for child in children) == 1
    )


def _words(children: Sequence[Token]) -> str:
    """The text of a link that begins these tokens."""
    said = ""
    for child in children:
        if child.type == "link_close":
            break
        said += child.content
    return said


def _plain(tokens: Sequence[Token]) -> str:
    """The same for mailboxes that show text only: links behind their words, items behind a dash."""
    blocks: list[str] = []
    numbers: list[int | None] = []
    bullet = ""
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                at = numbers[-1]
                bullet = _BULLET if at is None else f"{at}. "
                numbers[-1] = None if at is None else at + 1
            case "hr":
                blocks.append("---")
            case "inline":
                blocks.append(bullet + _line(token.children or []))
                bullet = ""
    return "\n\n".join(blocks)


def _line(children: Sequence[Token]) -> str:
    said, target = "", ""
    for child in children:
        match child.type:
            case "link_open":
                target = str(child.attrGet("href"))
            case "link_close":
                said += f" ({target})"
            case "softbreak" | "hardbreak":
                said += "\n"
            case _:
                said += child.content
    return said


def _fill(template: str, said: Sequence[str], to: Mapping[int, str], *, escaping: bool) -> str:
    # Addresses first: a value may look like one of ours and must stay what it is.
    quoted = escape if escaping else str
    made = _TARGETS.sub(lambda found: quoted(to.get(int(found[1]), found[0])), template)
    return _PLACES.sub(lambda found: quoted(said[int(found[1])]), made)

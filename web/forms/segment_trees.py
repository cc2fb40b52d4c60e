"""The tree of a segment a shop builds, kept as typed while parts come and go. PRODUCT K4."""

import secrets
from collections.abc import Mapping
from typing import Any, Self

from loyalty.errors import Invalid
from loyalty.rules import money
from loyalty.rules import segment_trees as trees
from loyalty.rules.segment_trees import NUMBERS, Joins
from loyalty.segments.stored import Segment
from web.forms import LONGEST_KEY, whole

Typed = dict[str, Any]
"""A group with its parts, or a condition, every value as text."""

_BLANK = {
    "fact": "orders", "is": "", "compare": "at_least", "number": "1", "when": "", "days": "", "first": "", "last": "",
    "of": "",
}  # fmt: skip
_WHENS = ("ever", "last", "dates")


class TreeForm:
    """`root` is the outermost group. `do` is the button: save, look, or one that adds or removes a part."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.typed = {"name": ""}
        self.root: Typed = {"joins": "all", "parts": [dict(_BLANK)]}
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = None
        self.do = ""
        self.unsaid = ""

    @classmethod
    def of(cls, segment: Segment, currency: str) -> Self:
        form = cls(currency)
        form.typed["name"], form.version = segment.name, segment.version
        form.root = form._shown(segment.definition["tree"])
        return form

    @classmethod
    def sent(cls, sent: Mapping[str, Any], currency: str) -> Self:
        """What was sent, with the part its button adds or removes. Never raises."""
        form = cls(currency)
        form.typed["name"] = str(sent.get("name", ""))[:200]
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        form.do = str(sent.get("do", ""))[:80]
        way, _, target = form.do.partition(":")
        form.root = _group(sent, "r", 1, way, target)
        return form

    @property
    def saves(self) -> bool:
        return self.do == "save"

    def tree(self) -> dict[str, Any]:
        """The tree as it would be stored. Raises Invalid for a number that is none."""
        return self._read(self.root)

    def _read(self, node: Typed) -> dict[str, Any]:
        if "joins" in node:
            return {node["joins"]: [self._read(part) for part in node["parts"]]}
        kind = NUMBERS.get(node["fact"])
        if kind is None:
            return {"fact": node["fact"], "is": node["is"]}
        number = (
            money.parse(node["number"] or "0", self.currency, field="tree")
            if kind.money
            else _whole(node["number"])
        )
        read: dict[str, Any] = {"fact": node["fact"], node["compare"]: number}
        if node["when"] == "last":
            read["days"] = _whole(node["days"])
        if node["when"] == "dates":
            read |= {name: node[typed] for name, typed in (("from", "first"), ("to", "last")) if node[typed]}
        return {**read, "of": node["of"]} if kind.of else read

    def _shown(self, node: Mapping[str, Any]) -> Typed:
        for joins in Joins:
            if joins in node:
                return {"joins": joins.value, "parts": [self._shown(part) for part in node[joins]]}
        shown = {**_BLANK, "fact": node["fact"], "is": node.get("is", ""), "of": node.get("of", "")}
        for compare in trees.Compare:
            if compare in node:
                number = node[compare]
                is_money = NUMBERS[node["fact"]].money
                text = money.plain(number, self.currency) if is_money else str(number)
                shown |= {"compare": compare.value, "number": text, "days": str(node.get("days", ""))}
        shown |= {"first": node.get("from", ""), "last": node.get("to", "")}
        return {**shown, "when": _when(shown)}


def _group(sent: Mapping[str, Any], path: str, depth: int, way: str, target: str) -> Typed:
    joins = str(sent.get(f"{path}.joins", "all"))
    parts: list[Typed] = []
    for place in range(trees.MOST):
        here = f"{path}-{place}"
        is_group = f"{here}.joins" in sent
        if not is_group and f"{here}.fact" not in sent:
            break
        if (way, target) == ("drop", here):
            continue
        if not is_group:
            parts.append(_condition(sent, here))
        elif depth < trees.DEEPEST:
            parts.append(_group(sent, here, depth + 1, way, target))
    if target == path and way == "add":
        parts.append(dict(_BLANK))
    if target == path and way == "group" and depth < trees.DEEPEST:
        parts.append({"joins": "any", "parts": [dict(_BLANK)]})
    return {"joins": joins if joins in list(Joins) else "all", "parts": parts}


def _condition(sent: Mapping[str, Any], path: str) -> Typed:
    typed = {
        name: str(sent.get(f"{path}.{name}", usual)).strip()[: trees.LONGEST]
        for name, usual in _BLANK.items()
    }
    if typed["fact"] not in (*NUMBERS, *trees.CHOICES):
        typed["fact"] = "orders"
    if typed["compare"] not in list(trees.Compare):
        typed["compare"] = "at_least"
    kind = NUMBERS.get(typed["fact"])
    if kind is not None and kind.once:
        typed |= {"compare": "at_least", "number": "1"}
    typed["when"] = _when(typed)
    if typed["when"] == "last" and not typed["days"]:
        typed["days"] = "30"
    return typed


def _when(typed: Mapping[str, str]) -> str:
    """Whether it looks at the last days, at the days between two dates, or at all of them."""
    kind = NUMBERS.get(typed["fact"])
    if kind is None or kind.days is trees.Days.NEVER:
        return ""
    if kind.days is not trees.Days.MAY:
        return "last" if kind.days is trees.Days.MUST else "dates"
    if typed["when"] in _WHENS:
        return typed["when"]
    return "last" if typed["days"] else "dates" if typed["first"] or typed["last"] else "ever"


def _whole(text: str) -> int:
    try:
        return whole(text)
    except ValueError as wrong:
        raise Invalid(str(wrong), field="tree") from wrong

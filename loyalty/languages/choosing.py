"""Which language somebody reads: their own choice, else the browser's, else the programme's."""

from collections.abc import Iterable

from loyalty.languages.catalogues import Language, available, language

MOST = 20


def choose(*wishes: str | None) -> Language:
    """The first wish that we have, English when there is none. A wish is a tag like de, de-AT or de_AT."""
    known = available()
    for wish in wishes:
        tag = (wish or "").replace("_", "-")
        if tag in known or tag.partition("-")[0] in known:
            return language(tag)
    return language("")


def accepted(header: str) -> tuple[str, ...]:
    """The tags of an Accept-Language header, the most wanted first. Nonsense is skipped."""
    weighed = [_weighed(part) for part in header.split(",")[:MOST]]
    return tuple(_by_weight(each for each in weighed if each is not None))


def _by_weight(weighed: Iterable[tuple[str, int]]) -> list[str]:
    return [tag for tag, weight in sorted(weighed, key=lambda each: -each[1]) if weight]


def _weighed(part: str) -> tuple[str, int] | None:
    tag, _, rest = part.strip().partition(";")
    name, _, weight = rest.strip().partition("=")
    if not tag or len(tag) > 35:
        return None
    if name != "q":
        return tag, 1000
    whole, _, thousandths = weight.partition(".")
    digits = thousandths[:3].ljust(3, "0")
    fits = whole in ("0", "1") and digits.isascii() and digits.isdecimal()
    return (tag, int(whole) * 1000 + int(digits)) if fits else None

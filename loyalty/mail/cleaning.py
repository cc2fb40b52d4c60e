"""The last look at a letter's HTML body before it goes anywhere: a few tags, and links over the web only."""

import nh3

TAGS = {"p", "br", "strong", "em", "a", "h2", "h3", "ul", "ol", "li", "blockquote", "hr"}


def clean(html: str) -> str:
    """What of it is safe, whoever wrote it."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        allowed_classes={"a": {"btn"}},
        url_schemes={"https", "http"},
        link_rel=None,
    )

"""What templates may not contain: our own content policy would refuse it, or a reader would."""

import re

import pytest

from tests.house.places import files, relative

INLINE_STYLE = "inline style"
BANNED = {
    INLINE_STYLE: r"<style|\sstyle\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "inline handler": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"hx-on[:\-\s=]",
    "hx-boost": r"hx-boost",
    "a method without a plain HTML twin": r"hx-(put|patch|delete)",
    "a value that is evaluated": r"[\"']\s*(js|javascript):",
    "a trigger filter": r"hx-trigger\s*=\s*[\"'][^\"']*\[",
    "unescaped output": r"\|\s*safe\b|autoescape\s+false",
    "a form control named id": r"<(input|select|textarea|button)[^>]*\sname=[\"']id[\"']",
}

# `target:[type=search]` in a trigger is a CSS selector; a filter stands alone in brackets.
TARGET_SELECTOR = re.compile(r"target:[^\s,\"']+")


@pytest.mark.parametrize("what", BANNED)
def test_templates_are_free_of(what: str) -> None:
    found = [
        f"{relative(path)}:{text.count(chr(10), 0, match.start()) + 1} {match.group().strip()}"
        for path in files("*.html", "*.jinja", under=("web/templates",))
        if not (what == INLINE_STYLE and "mail" in path.parts)  # mail clients know nothing else
        for text in [TARGET_SELECTOR.sub("", path.read_text())]
        for match in re.finditer(BANNED[what], text, re.IGNORECASE)
    ]
    assert found == []

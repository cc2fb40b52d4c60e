"""The body of a message: a few marks, places for fields, and nothing that anybody can break out of."""

import pytest

from loyalty.campaigns.markup import Link, read
from loyalty.errors import Invalid
from loyalty.rules.campaigns.fields import MissingValue

VALUES = {"first_name": "<b>Ines</b> [x](https://evil.example) \ue0000\ue001", "tier": None}


def said(body: str) -> tuple[str, str]:
    return read(body).filled(VALUES, lambda number, link: f"https://shop.example/c/{number}?a&b")


def test_marks_become_html_and_plain_text():
    html, text = said(
        "# Hello\n\nWe **miss** you:\n\n- bread\n- cake\n\n[Come back](https://x.example/?a=1&b=2)"
    )
    assert html.startswith("<h2>Hello</h2>\n<p>We <strong>miss</strong> you:</p>\n<ul>\n<li>bread</li>")
    assert '<a href="https://shop.example/c/1?a&amp;b" class="btn">Come back</a>' in html
    assert text == ("Hello\n\nWe miss you:\n\n– bread\n\n– cake\n\nCome back (https://shop.example/c/1?a&b)")


def test_what_is_typed_stays_text_and_so_do_values():
    html, text = said("{{7*7}} <script>alert(1)</script> [a](javascript:alert(1)) {{ first_name }}")
    assert "<script" not in html
    assert "{{7*7}} &lt;script&gt;" in html
    assert "href" not in html
    assert "&lt;b&gt;Ines&lt;/b&gt; [x](https://evil.example)" in html
    assert "<b>Ines</b>" in text


def test_links_are_kept_in_order_and_lead_somewhere_safe():
    body = read("[One](https://a.example/x), [{{ tier | Two }}](/portal/rewards)")
    assert body.links == (Link("https://a.example/x", "One"), Link("/portal/rewards", "tier"))
    for target in ("mailto:a@b.example", "//evil.example", "https://a.example/{{ tier | x }}"):
        with pytest.raises(Invalid) as refused:
            read(f"[x](<{target}>)")
        assert refused.value.field == "body"


def test_a_value_that_is_missing_takes_its_fallback_or_refuses():
    assert said("{{ tier | first }}")[1] == "first"
    with pytest.raises(MissingValue):
        said("{{ tier }}")

"""Our rendering writes the letters that Jinja's own writes."""

from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from web import rendering
from web.templating import Jinja

TEMPLATES = {
    "base": "<html>{% block head %}{{ shop }}{% endblock %}{% block main required %}{% endblock %}</html>",
    "page": """{% extends "base" %}{% block head %}<b>{{ super() }}</b>{% endblock %}
        {% block main %}{% for each in values %}{{ each }}{% include "part" %}{% endfor %}
        {{ joined(values) }}{% endblock %}""",
    "part": "[{{ each }}|{{ each ~ shop }}|{{ each|string|upper }}|{{ loop is defined }}]",
    "macros": """{% macro mark(label, tone="") %}<i class="{{ tone }}">{{ label }}</i>{% endmacro %}
        {% macro box(title) %}<p>{{ title }}{{ caller("x") }}{{ varargs|join }}</p>{% endmacro %}""",
    "calls": """{{ ui.mark(value) }}{{ ui.mark(value, "<") }}{{ ui.mark(tone=value, label="l") }}
        {% call(word) ui.box(value, 1, 2) %}{{ word }}{{ value }}{% endcall %}""",
    "few": "{{ ui.mark() }}",
    "many": "{{ ui.mark(1, 2, 3) }}",
}
VALUES = ("Ines & Olu", "plain", "'\"<>", Markup("<br>"), 7, -3, 2.5, True, None, "", ("a", "<"))


def environments(names: tuple[str, ...] = ("mark",)) -> tuple[Environment, Environment]:
    options: dict[str, Any] = {
        "loader": DictLoader(TEMPLATES),
        "autoescape": True,
        "undefined": StrictUndefined,
    }
    plain, ours = Environment(**options), Jinja(**options)
    plain.globals["ui"] = plain.get_template("macros").module
    ours.globals["ui"] = rendering.Kept(ours.get_template("macros"), names)
    return plain, ours


def joined(values: tuple[object, ...]) -> str:
    return " ".join(map(str, values))


def test_blocks_includes_and_values_come_out_the_same() -> None:
    plain, ours = environments()
    context = {"shop": "Bloom <Rewards>", "values": VALUES, "joined": joined}
    assert ours.get_template("page").render(context) == plain.get_template("page").render(context)


@pytest.mark.parametrize("names", [(), ("mark",)])
def test_macros_come_out_the_same_kept_or_not_in_whatever_way_they_are_called(names: tuple[str, ...]) -> None:
    plain, ours = environments(names)
    for value in (*VALUES, *VALUES):
        assert ours.get_template("calls").render(value=value) == plain.get_template("calls").render(
            value=value
        )


def test_markup_that_was_kept_is_not_given_for_the_same_letters_as_text() -> None:
    _, ours = environments()
    for value, shown in ((Markup("<br>"), "<br>"), ("<br>", "&lt;br&gt;"), (Markup("<br>"), "<br>")):
        assert f">{shown}</i>" in ours.from_string("{{ ui.mark(value) }}").render(value=value)


@pytest.mark.parametrize("names", [(), ("mark",)])
def test_too_few_and_too_many_arguments_are_errors(names: tuple[str, ...]) -> None:
    _, ours = environments(names)
    with pytest.raises(UndefinedError, match="label"):
        ours.get_template("few").render()
    with pytest.raises(TypeError, match="takes not more than 2"):
        ours.get_template("many").render()


def test_a_function_that_wants_the_context_gets_it_with_what_a_loop_has_set() -> None:
    @pass_context
    def seen(context: Context) -> str:
        return f"{context['shop']} {context['each']}"

    plain, ours = environments()
    for environment in (plain, ours):
        drawn = environment.from_string(
            "{% for value in values %}{% set each = value %}{{ seen() }},{% endfor %}"
        )
        assert drawn.render(shop="Bloom", values=(1, 2), seen=seen) == "Bloom 1,Bloom 2,"


def test_what_is_not_there_is_an_error() -> None:
    _, ours = environments()
    for text in ("{{ absent }}", "{{ ui.absent() }}", "{{ shop.absent }}"):
        with pytest.raises(UndefinedError):
            ours.from_string(text).render(shop="Bloom")

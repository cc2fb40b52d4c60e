"""Pages and parts of pages: `page("admin/customers/index.html#rows", …)` is one block or all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2 import Template as JinjaTemplate
from jinja2.runtime import Context
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from markupsafe import Markup

from loyalty import brand, clock, languages
from loyalty.languages import Language
from loyalty.languages.writing import locale_for
from loyalty.programmes import Programme
from web import (
    automation_words,
    campaign_results,
    campaign_words,
    charts,
    csrf,
    earning_words,
    filters,
    htmx,
    mail_words,
    member_words,
    nav,
    permissions,
    preference_words,
    rendering,
    segment_words,
    survey_words,
    terms,
    words,
)
from web.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")


class Jinja(Environment):
    """Jinja's environment, rendering as `web.rendering` does."""

    template_class = rendering.Template
    context_class = rendering.Context


class Fragment:
    """Named blocks of a page, rendered without what surrounds them: `index.html#rows+count`."""

    def __init__(self, template: JinjaTemplate, blocks: str) -> None:
        self.template, self.blocks = template, blocks.split("+")

    def render(self, **context: Any) -> str:
        shared = self.template.new_context(context)
        return "".join(part for block in self.blocks for part in self.template.blocks[block](shared))


class Engine(JinjaTemplateEngine):
    """Jinja with fragments."""

    def get_template(self, template_name: str) -> Any:
        name, _, blocks = template_name.partition("#")
        template = super().get_template(name)
        return Fragment(template, blocks) if blocks else template


def environment(assets: Assets, *, production: bool, kept: BytecodeCache | None = None) -> Environment:
    """The one Jinja environment. In production every template is there from the start, compiled now or `kept`."""
    env = Jinja(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=not production,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=kept,
    )
    env.policies["ext.i18n.trimmed"] = True
    translating: Any = env  # the extension adds this at run time
    translating.newstyle_gettext = True
    env.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext}
    env.filters |= {
        "groupby_day": filters.groupby_day,
        "hue": filters.hue,
        "initials": filters.initials,
        "metal": words.metal,
        "spark": filters.spark,
    }
    env.globals |= {"asset": assets, "words": words, "terms": terms, "member_words": member_words, "nav": nav}
    env.globals["earning"] = earning_words
    env.globals["preference_words"] = preference_words
    env.globals["survey_words"] = survey_words
    env.globals["mail_words"] = mail_words
    env.globals["automation_words"] = automation_words
    env.globals["campaign_words"] = campaign_words
    env.globals["campaign_results"] = campaign_results
    # Macros are one global: top-level imports and sets are missing when a block is rendered alone.
    env.globals["ui"] = rendering.Kept(env.get_template("shared/ui.html"), ("icon", "badge"))
    env.globals["fields"] = env.get_template("shared/fields.html").module
    env.globals["plot"] = charts.plot
    env.globals["segment_words"] = segment_words
    env.globals["seg"] = env.get_template("shared/segments.html").module
    env.globals["charts"] = env.get_template("shared/charts.html").module
    if production:
        for name in env.list_templates(extensions=["html"]):
            env.get_template(name)
    return env


@pass_context
def gettext(context: Context, message: str, /, **given: Any) -> Markup:
    """`_("…")` in a template: the text in the language of the page, where it has one, with what it is given."""
    language: Language | None = context.get("language")
    text = rendering.marked(language.gettext(message) if language else message)
    return text % given if "%" in text else text


@pass_context
def ngettext(context: Context, one: str, many: str, n: int, /, **given: Any) -> Markup:
    """`ngettext` and `{% pluralize %}` in a template."""
    language = context.get("language") or languages.language(languages.ENGLISH)
    return rendering.marked(language.catalogue.ngettext(one, many, n)) % {"num": n, **given}


def formats(programme: Programme | None, language: Language | None = None) -> filters.Formats:
    """How this programme writes numbers and days; pages without one are in plain English.

    `language`: how somebody reads who reads another than the programme's own.
    """
    if programme is None:
        return filters.Formats("en", "UTC", "USD", "point", "points", clock.now())
    return filters.Formats(
        locale=locale_for(programme.locale, language),
        zone=programme.time_zone,
        currency=programme.currency,
        unit_one=programme.unit_one,
        unit_many=programme.unit_many,
        now=clock.now(),
        language=language,
    )


class Page(Template):
    """An HTML answer that decides by the request whether to be a page or a part of one."""

    def create_template_context(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        visit = request.scope.get("user")
        theme = request.cookies.get("theme")
        return {
            "visit": visit,
            "fmt": formats(visit and visit.programme),
            "partial": htmx.is_partial(request),
            "path": request.url.path,
            "theme": theme if theme in THEMES else "auto",
            "csrf": csrf.token(visit.signed.csrf_secret) if visit else "",
            "can": lambda action: (
                bool(visit and visit.signed.staff) and permissions.allowed(visit.signed.staff.role, action)
            ),
            "flash": request.scope["state"].get("flash", ()),
            "keys_off": request.cookies.get("keys") == "off",
            "logo": brand.logo_path(visit.programme) if visit else None,
            "waiting": request.scope["state"].get("waiting", {}),
            **self.context,
        }

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **given: Any) -> Any:
        if not htmx.is_partial(request):
            self.template_name = str(self.template_name).partition("#")[0]
        return super().to_asgi_response(app, request, **given)


def page(
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    toast: str | None = None,
    undo: str | None = None,
    **context: Any,
) -> Page:
    """The answer of a handler. `template` may end in `#block` or `#block+block`; `context` is what it shows.

    `toast` is a sentence in the past tense, `undo` the uid of the action it can take back.
    """
    told = htmx.toast(toast, undo) if toast else {}
    return Page(
        template,
        context=context,
        status_code=status,
        headers={**htmx.VARY, **told, **(headers or {})},
        media_type="text/html",
    )

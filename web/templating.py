"""Pages and parts of pages: `page("admin/customers/index.html#rows", …)` is one block or all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2 import Template as JinjaTemplate
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template

from loyalty import clock
from loyalty.programmes import Programme
from web import charts, csrf, filters, htmx, nav, permissions, words
from web.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")


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


def environment(assets: Assets, *, production: bool) -> Environment:
    """The one Jinja environment. In production every template is compiled here, at start."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=not production,
    )
    env.filters |= {
        "groupby_day": filters.groupby_day,
        "hue": filters.hue,
        "initials": filters.initials,
        "metal": words.metal,
        "spark": filters.spark,
    }
    env.globals |= {"asset": assets, "words": words, "nav": nav}
    # Macros are one global: top-level imports and sets are missing when a block is rendered alone.
    env.globals["ui"] = env.get_template("shared/ui.html").module
    env.globals["plot"] = charts.plot
    env.globals["charts"] = env.get_template("shared/charts.html").module
    if production:
        for name in env.list_templates(extensions=["html"]):
            env.get_template(name)
    return env


def formats(programme: Programme | None) -> filters.Formats:
    """How this programme writes numbers and days; pages without one are in plain English."""
    if programme is None:
        return filters.Formats("en", "UTC", "USD", "point", "points", clock.now())
    return filters.Formats(
        locale=programme.locale,
        zone=programme.time_zone,
        currency=programme.currency,
        unit_one=programme.unit_one,
        unit_many=programme.unit_many,
        now=clock.now(),
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
            "can": lambda action: bool(visit) and permissions.allowed(visit.signed.staff.role, action),
            "flash": request.scope["state"].get("flash", ()),
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

"""Letters drawn as mail: one template, its styles inlined. `loyalty.mail` calls this by name."""

from functools import lru_cache

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from loyalty import languages
from loyalty.mail import Letter
from loyalty.programmes import Programme
from loyalty.rules.colours import readable_on
from web.mail_words import written
from web.templating import TEMPLATES


def draw(letter: Letter, programme: Programme, base_url: str, unsubscribe: str) -> str:
    """The whole document. `unsubscribe` is an address, empty where nobody can unsubscribe."""
    drawn = template().render(
        letter=letter,
        body=written(letter),
        shop=programme.name,
        colour=programme.brand_colour,
        on_colour=readable_on(programme.brand_colour),
        direction=languages.direction(letter.language),
        base_url=base_url,
        unsubscribe=unsubscribe,
        unsubscribing=languages.language(letter.language).gettext("Unsubscribe"),
    )
    return inliner().inline(drawn)


@lru_cache(maxsize=1)
def template() -> Template:
    loader = FileSystemLoader(TEMPLATES)
    kept = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return kept.get_template("mail/letter.html")


@lru_cache(maxsize=1)
def inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)

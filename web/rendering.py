"""Jinja's rendering with less work for each piece of a page, and the same letters.

A list of fifty rows is some three thousand pieces of text and seven hundred calls. Jinja hands each piece from
generator to generator out of every block and include, makes a Markup of it, and asks of each call whether it
wants the context. Here a block is joined before it goes on, pieces stay plain text, and what is known to want
nothing is called at once.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

import jinja2
from jinja2 import runtime
from markupsafe import Markup, escape

_SPECIAL = re.compile("[&<>\"']").search


def written(value: Any) -> str:
    """`value` as it stands in HTML: escaped, unless it is Markup."""
    kind = type(value)
    if kind is str:
        return escape(value) if _SPECIAL(value) else value
    if kind is Markup:
        return value
    return str(value) if kind is int else escape(value)


def marked(text: str) -> Markup:
    """HTML of ours, as it is. Markup's own constructor asks first whether it got Markup already."""
    return str.__new__(Markup, text)


class Template(jinja2.Template):
    """A template that writes by `written`, whose macros are ours, and whose blocks come in one piece each."""

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> jinja2.Template:
        template = super().from_code(*args, **kwargs)
        assert isinstance(template.root_render_func, FunctionType)
        module = template.root_render_func.__globals__
        module |= {"escape": written, "Macro": Macro}
        template.root_render_func = _whole(template.root_render_func)
        template.blocks = {name: _whole(block) for name, block in template.blocks.items()}
        module |= {f"block_{name}": block for name, block in template.blocks.items()}  # for `super()`
        return template


def _whole(render: Callable[..., Any]) -> Callable[..., Iterator[str]]:
    def whole(*args: Any, **kwargs: Any) -> Iterator[str]:
        yield "".join(render(*args, **kwargs))

    return whole


class Macro(runtime.Macro):
    """A macro that is called like a function when its arguments are given in order."""

    def __init__(
        self,
        environment: jinja2.Environment,
        render: Callable[..., str],
        name: str,
        arguments: list[str],
        *more: Any,
    ) -> None:
        super().__init__(environment, render, name, arguments, *more)
        self._render = render
        self._most = -1 if self.caller or self.catch_kwargs or self.catch_varargs else len(arguments)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        absent = self._most - len(args)
        if kwargs or absent < 0:
            return super().__call__(*args, **kwargs)
        return marked(self._render(*args, *(runtime.missing,) * absent))


class Kept:
    """The macros of a template as one global; what those named give is kept, by what they were given.

    Keep only what is pure, is given texts and numbers, and has few different answers, such as icons.
    """

    def __init__(self, template: jinja2.Template, names: tuple[str, ...]) -> None:
        self.__dict__ |= vars(template.module)
        for name in names:
            # typed: Markup equals the plain text that must be escaped
            self.__dict__[name] = lru_cache(maxsize=1024, typed=True)(self.__dict__[name])


class Context(runtime.Context):
    """What a template sees, and how it calls: methods, macros and functions without a mark want nothing of it."""

    def call(
        self, called: Any, /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **kwargs: Any
    ) -> Any:
        kind = type(called)
        if kind in _AT_ONCE or (kind is FunctionType and not vars(called)):
            return called(*args, **kwargs)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **kwargs)


_AT_ONCE = {MethodType, BuiltinMethodType, Macro, type(lru_cache(escape))}

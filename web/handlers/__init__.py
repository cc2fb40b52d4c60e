"""Answers to requests: who, form, verb, answer. One file per noun."""

from types import ModuleType

from litestar.handlers import BaseRouteHandler


def of(*nouns: ModuleType) -> list[BaseRouteHandler]:
    """Every handler these files define, in their order: a route table names the nouns, a noun its routes."""
    return [found for noun in nouns for found in vars(noun).values() if isinstance(found, BaseRouteHandler)]

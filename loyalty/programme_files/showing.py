"""A programme as TOML, as short as its defaults allow."""

from typing import Any

import tomli_w

from loyalty.programme_files import stored


async def show(programme_id: int) -> str:
    """The programme as a file that, applied again, changes nothing."""
    file = await stored.load(programme_id)
    return tomli_w.dumps(_said(file.model_dump(mode="python", exclude_defaults=True)))


def _said(value: Any) -> Any:
    """Without nothing, which TOML can't say, and with words as plain texts."""
    if isinstance(value, dict):
        return {key: _said(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_said(inner) for inner in value]
    return str(value) if isinstance(value, str) else value

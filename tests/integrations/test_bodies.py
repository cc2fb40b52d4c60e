"""Whatever a signed body holds, reading it gives facts or one refusal."""

import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.integrations import INTEGRATIONS, bodies, integration

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["1e999", "9" * 400, "\ud800", "\0", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 10**30]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
TOPICS = [
    (platform, topic) for platform, kind in INTEGRATIONS.items() for topic in sorted(kind.settings.TOPICS)
]


def read(platform: str, topic: str, body: object) -> None:
    """Read a body; what comes out fits a database: sane text and 64-bit integers."""
    try:
        told = integration(platform).inbound.facts(topic, body, currency="EUR")
    except Invalid:
        return
    for leaf in leaves([asdict(fact) for fact in told]):
        if isinstance(leaf, str):
            assert "\0" not in leaf.encode("utf-8", "strict").decode()
        if isinstance(leaf, int):
            assert abs(leaf) < 1 << 63


def leaves(value: object) -> Iterator[object]:
    """Every text and number in nested containers."""
    if isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


@pytest.mark.parametrize(("platform", "topic"), TOPICS)
@given(body=JSON)
@settings(max_examples=40)
def test_an_arbitrary_body_is_read_or_refused(platform: str, topic: str, body: object) -> None:
    read(platform, topic, body)


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every field in a body."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


@pytest.mark.parametrize("sample", ["shopify/order__order__450789469__20.json", "woocommerce/orders__4.json"])
@given(data=st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_real_order_with_one_field_changed_is_read_or_refused(
    samples: Path, sample: str, data: st.DataObject
) -> None:
    body = json.loads((samples / sample).read_text())
    *path, last = data.draw(st.sampled_from(list(places(body))))
    changed = deepcopy(body)
    place: Any = changed
    for step in path:
        place = place[step]
    place[last] = data.draw(JSON)
    platform = sample.partition("/")[0]
    read(platform, "orders/updated" if platform == "shopify" else "order.updated", changed)


@given(raw=st.binary(max_size=60) | st.text(max_size=40))
@settings(max_examples=300)
def test_arbitrary_bytes_are_json_or_refused(raw: bytes | str) -> None:
    with suppress(Invalid):
        bodies.decoded(raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[" * 100_000, b'{"a":NaN}', b'{"a":-Infinity}', b"1" * 5000, b"\xff\xfe\xff", b"webhook_id=1"],
)
def test_what_only_looks_like_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid, match="isn't JSON"):
        bodies.decoded(raw)

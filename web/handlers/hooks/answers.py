"""What platforms are told. They try again on anything but 2xx, and stop sending after too many of those."""

from typing import Any

from litestar import Response

from loyalty.events.arriving import Arrived
from web.errors import problem

LARGEST_BODY = 5 * 1024 * 1024
"""Bytes. Orders of hundreds of lines stay under one megabyte."""

UNSIGNED = "The signature doesn't belong to this body and this store's secret."


def answer(arrived: Arrived) -> Response[Any]:
    """200 for everything genuine, also for what can't be applied: sending it again would not help."""
    if arrived is Arrived.NOT_SIGNED:
        return problem(401, "Not signed", UNSIGNED)
    return Response({"received": arrived}, status_code=200)

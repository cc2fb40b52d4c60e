"""Olu: orders as a guest, now and then, and never sees a balance."""

from collections.abc import Iterator

from loyalty.demo import cast, shop
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene
from loyalty.demo.stories.acts import SUNDAY_BREAKFAST, buys


def scenes(almanac: Almanac) -> Iterator[Scene]:
    olu = cast.olu(almanac)
    yield buys(olu, almanac.at(210, 21, 0), "olu-1", SUNDAY_BREAKFAST)
    yield buys(olu, almanac.at(96, 20, 30), "olu-2", shop.basket("Hazelnut babka", "Wildflower honey"))
    yield buys(
        olu,
        almanac.at(8, 20, 45),
        "olu-3",
        shop.basket("Country sourdough", "Maple granola", "Linen bread bag"),
    )

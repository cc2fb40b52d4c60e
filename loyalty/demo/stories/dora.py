"""Dora: three friends who all use her phone. The first has ordered, so she was paid; nobody has decided yet."""

from collections.abc import Iterator

from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene
from loyalty.demo.stories.acts import MORNING_COFFEE, SUNDAY_BREAKFAST, buys, claims, joins

PHONE = "Dora's phone"


def scenes(almanac: Almanac) -> Iterator[Scene]:
    dora, lena = cast.dora(almanac), cast.lena(almanac)
    yield joins(dora, almanac.at(120, 12, 0))
    yield buys(dora, almanac.at(63, 9, 40), "dora-1", MORNING_COFFEE, delivered=False)
    yield claims(dora, lena.email, lena.name, almanac.at(9, 22, 5), "dora-lena", device=PHONE)
    yield joins(lena, almanac.at(8, 20, 0))
    yield buys(lena, almanac.at(8, 20, 15), "lena-1", SUNDAY_BREAKFAST, with_code="dora-lena")
    for count, name in enumerate(("Kai Brook", "Una Field")):
        email = f"{name.lower().replace(' ', '.')}@example.net"
        yield claims(dora, email, name, almanac.at(7 - count, 22, 30), f"dora-{count}", device=PHONE)

"""The people every story of ours knows by name. Their days are counted back from the history's end."""

from loyalty.demo.almanac import Almanac
from loyalty.demo.people import OCCASIONAL, RARE, REGULAR, Habit, Person


def ines(almanac: Almanac) -> Person:
    """A gold member with everything a profile can show."""
    return _person(
        almanac, 9001, "Ines", "Okafor", "ines.okafor@example.com", "+1 646 555 0142", 540, 540, REGULAR
    )


def olu(almanac: Almanac) -> Person:
    """A guest, who orders and never registers."""
    return _person(almanac, 9002, "Olu", "Bakare", "olu.bakare@example.com", None, 210, None, RARE)


def pia(almanac: Almanac) -> Person:
    """A member once; she has left."""
    return _person(
        almanac, 9003, "Pia", "Lind", "pia.lind@example.com", "+1 718 555 0117", 400, 400, OCCASIONAL
    )


def rex(almanac: Almanac) -> Person:
    """A member like most, who must never see anything of Ines's."""
    return _person(
        almanac, 9004, "Rex", "Moreau", "rex.moreau@example.com", "+1 917 555 0186", 95, 95, OCCASIONAL
    )


def hanna(almanac: Almanac) -> Person:
    """Ines's friend, who came."""
    return _person(almanac, 9005, "Hanna", "Vogel", "hanna.vogel@example.com", None, 33, 33, OCCASIONAL)


def milo(almanac: Almanac) -> Person:
    """Noor's friend, who lives at Noor's address."""
    return _person(almanac, 9006, "Milo", "Haddad", "milo.haddad@example.com", None, 19, 19, RARE)


def noor(almanac: Almanac) -> Person:
    """Somebody whose order the shop cancelled by mistake, with one friend too many."""
    return _person(almanac, 9007, "Noor", "Haddad", "noor.haddad@example.com", None, 70, 70, RARE)


def bea(almanac: Almanac) -> Person:
    """A café around the corner with a standing order, until her bank stopped paying."""
    return _person(
        almanac, 9008, "Bea", "Lindholm", "bea.lindholm@example.com", "+1 646 555 0119", 420, 420, REGULAR
    )


def juno(almanac: Almanac) -> Person:
    """Somebody who talks more about the bread than she buys."""
    return _person(
        almanac, 9009, "Juno", "Castellane", "juno.castellane@example.com", None, 300, 300, OCCASIONAL
    )


def twice(almanac: Almanac) -> tuple[tuple[Person, Person], tuple[Person, Person]]:
    """People whom the shop knows twice: as members, and as the guests who ordered from another address."""
    return (
        (
            _person(almanac, 9021, "Tilda", "Okonjo", "tilda.okonjo@example.com", None, 64, 64, RARE),
            _person(almanac, 9022, "Tilda", "Okonjo", "t.okonjo@office.example", None, 34, None, RARE),
        ),
        (
            _person(almanac, 9023, "Bram", "Visser", "bram.visser@example.com", None, 58, 58, RARE),
            _person(almanac, 9024, "Bram", "Visser", "bram@visser.example", None, 28, None, RARE),
        ),
    )


def dora(almanac: Almanac) -> Person:
    """Somebody who invites her own phone."""
    return _person(almanac, 9010, "Dora", "Finch", "dora.finch@example.com", None, 120, 120, OCCASIONAL)


def lena(almanac: Almanac) -> Person:
    """Dora's friend, so she says; she ordered once."""
    return _person(almanac, 9011, "Lena", "Marsh", "lena.marsh@example.net", None, 8, 8, RARE)


def _person(
    almanac: Almanac,
    number: int,
    first_name: str,
    last_name: str,
    email: str,
    phone: str | None,
    comes: int,
    joins: int | None,
    habit: Habit,
) -> Person:
    return Person(
        number=number,
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone=phone,
        tags=(),
        habit=habit,
        comes=almanac.day(comes),
        stops=almanac.today,
        joins=None if joins is None else almanac.day(joins),
        counter=0.5,
        saves=False,
        accepts_email=joins is not None,
    )

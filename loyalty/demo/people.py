"""A thousand customers and their habits: a few regulars, many who come now and then, some who stopped."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from loyalty.demo import names
from loyalty.demo.almanac import DAYS, Almanac
from loyalty.rules.orders import IncomingCustomer, fold

SEED = "juniper & rye"
COUNT = 1000
_AREAS = (212, 315, 347, 516, 585, 607, 631, 646, 716, 718, 845, 914, 917, 929)
_HOSTS = ("example.com", "example.com", "example.org", "example.net")
_TAGS = ("office order", "nut allergy", "oat milk", "wholesale", "neighbour")


@dataclass(frozen=True, slots=True)
class Habit:
    """How often somebody comes (`gap_days` between visits; 0: once), and how they are with points."""

    share: int
    gap_days: int
    as_guest: float
    stops: float
    redeems: float


DEVOTED = Habit(25, 4, 0.0, 0.1, 0.25)
REGULAR = Habit(100, 11, 0.04, 0.3, 0.3)
OCCASIONAL = Habit(325, 42, 0.15, 0.35, 0.3)
RARE = Habit(350, 110, 0.35, 0.3, 0.15)
ONCE = Habit(200, 0, 0.6, 0.0, 0.0)
HABITS = (DEVOTED, REGULAR, OCCASIONAL, RARE, ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who comes to the shop. `joins` None: they never register, and stay a guest.

    `comes` and `stops` are the first and last day of their visits, `counter` how many of these are at the
    counter rather than on the web, `saves`: they never spend points. `invited_by` is a person's number.
    """

    number: int
    first_name: str
    last_name: str
    email: str
    phone: str | None
    tags: tuple[str, ...]
    habit: Habit
    comes: date
    stops: date
    joins: date | None
    counter: float
    saves: bool
    accepts_email: bool
    invited_by: int | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def luck(self) -> Random:
        """This person's own dice: what others do never changes what they do."""
        return Random(f"{SEED}:{self.number}")

    def at_the_till(self) -> IncomingCustomer:
        """As the counter knows them: by the address on the card."""
        return IncomingCustomer(
            external_id=None, email=self.email, first_name=self.first_name, last_name=self.last_name
        )

    def on_the_web(self, *, registered: bool) -> IncomingCustomer:
        """As the web shop tells of them."""
        return IncomingCustomer(
            external_id=str(7_100_000_000 + self.number) if registered else None,
            email=self.email,
            first_name=self.first_name,
            last_name=self.last_name,
            phone=self.phone,
            tags=self.tags,
            accepts_email=self.accepts_email,
            is_registered=registered,
        )


def thousand(almanac: Almanac, count: int = COUNT) -> tuple[Person, ...]:
    """The same people every time; only their dates follow the calendar."""
    luck, taken = Random(SEED), set[str]()
    people = [_person(number, luck, taken, almanac) for number in range(1, count + 1)]
    return tuple(_invited(person, people[: person.number - 1], luck) for person in people)


def _person(number: int, luck: Random, taken: set[str], almanac: Almanac) -> Person:
    first, last = names.name(luck)
    habit = luck.choices(HABITS, [habit.share for habit in HABITS])[0]
    comes = _first_day(almanac, habit, luck)
    stops = almanac.today
    if luck.random() < habit.stops:
        stops = comes + timedelta(days=luck.randint(20, max(21, (almanac.today - comes).days)))
    joins: date | None = comes
    if luck.random() < habit.as_guest:
        # Some guests see at their second or third visit what they are missing.
        joins = comes + timedelta(days=habit.gap_days * 2) if habit.gap_days and luck.random() < 0.3 else None
    return Person(
        number=number,
        first_name=first,
        last_name=last,
        email=_address(first, last, luck, taken),
        phone=f"+1 {luck.choice(_AREAS)} 555 01{luck.randint(0, 99):02}" if luck.random() < 0.7 else None,
        tags=(luck.choice(_TAGS),) if luck.random() < 0.08 else (),
        habit=habit,
        comes=comes,
        stops=stops,
        joins=joins,
        counter=luck.choice((0.0, 0.2, 0.6, 0.8, 1.0)),
        saves=luck.random() < 0.2,
        accepts_email=luck.random() < 0.65,
    )


def _first_day(almanac: Almanac, habit: Habit, luck: Random) -> date:
    """A third were there when the programme opened; the others have found it since."""
    opening_month = habit is not ONCE and luck.random() < 0.35
    return almanac.day(DAYS - luck.randint(0, 30) if opening_month else luck.randint(0, DAYS - 1))


def _address(first: str, last: str, luck: Random, taken: set[str]) -> str:
    plain = "".join(char for char in fold(first + "." + last) if char.isalnum() or char == ".")
    forms = (plain, plain[0] + "." + plain.partition(".")[2], plain.replace(".", ""))
    local, host = luck.choices(forms, (6, 2, 2))[0], luck.choice(_HOSTS)
    address, again = f"{local}@{host}", 1
    while address in taken:
        again += 1
        address = f"{local}{again}@{host}"
    taken.add(address)
    return address


def _invited(person: Person, earlier: list[Person], luck: Random) -> Person:
    """One in eight came on the word of a member who comes often."""
    if person.joins is None or luck.random() > 0.12:
        return person
    friends = [
        friend.number
        for friend in earlier
        if friend.joins
        and friend.joins < person.comes - timedelta(days=20)
        and friend.habit in (DEVOTED, REGULAR)
    ]
    return replace(person, invited_by=luck.choice(friends)) if friends else person

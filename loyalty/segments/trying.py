"""What a tree says and whom it would hold, before it is saved (PRODUCT K4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from db.engine import snapshot
from db.enums import CustomerType
from loyalty import programmes
from loyalty.customers import choices
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rules import money
from loyalty.rules import segment_declarations as declarations
from loyalty.rules import segment_readings as readings
from loyalty.rules import segment_trees as trees
from loyalty.rules.naming import name_of
from loyalty.rules.segment_declarations import THIS_MONTH
from loyalty.rules.segment_readings import Known
from loyalty.rules.segment_trees import Choice, Group
from loyalty.segments import footing
from loyalty.segments.kinds.custom import compiled
from loyalty.segments.statements import Statement

_TYPES = {CustomerType.MEMBER: "member", CustomerType.GUEST: "guest"}
_MONTHS = {str(month): declarations.when(month) for month in range(THIS_MONTH, 13)}
_MAIL = {"yes": "accepts e-mail", "no": "doesn’t accept e-mail"}
_ANY_WORD = frozenset({"tag"})
_FEW = 5

# However many they are, the engine counts them; five of them are shown.
_TRY = Statement(f"""SELECT c.uid, c.first_name, c.last_name, c.email, c.phone, count(*) OVER () AS people
    FROM segment_facts f JOIN customers c ON c.programme_id = f.programme_id AND c.id = f.customer_id
    WHERE f.programme_id = $$ AND ($$) ORDER BY f.customer_id DESC LIMIT {_FEW}""")


@dataclass(frozen=True, slots=True)
class Sample:
    uid: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """`people` None: nobody has been looked at yet. `lines` are the tree in words, two spaces a level."""

    people: int | None
    sample: tuple[Sample, ...]
    lines: tuple[str, ...]
    warnings: tuple[str, ...]


async def known(programme_id: int) -> Known:
    """What each choice can be, and what it is called. One statement."""
    found = await choices.choices(programme_id)
    told = {
        key: f"{question}: {label}"
        for question, options in found.told.items()
        for key, label in options.items()
    }
    return {
        "type": {kind.value: word for kind, word in _TYPES.items()},
        "tier": dict(found.tiers),
        "tag": {tag: tag for tag in found.tags},
        "store": dict(found.stores),
        "birthday": _MONTHS,
        "mail": _MAIL,
        "preference": told,
        "segment": dict(found.segments),
    }


def check(tree: Group, known: Mapping[str, Mapping[str, str]]) -> None:
    """Raises Invalid for a choice this programme doesn't have."""
    for each in trees.conditions(tree):
        if isinstance(each, Choice) and each.fact not in _ANY_WORD and each.is_ not in known[each.fact]:
            raise Invalid(f"There is no {each.fact} “{each.is_}” in this programme.", field="tree")


async def attempt(programme_id: int, given: object) -> Tried:
    """Read a tree back, and count whom it holds now. Raises Invalid for one that can't be saved either."""
    tree = trees.of(given)
    async with snapshot():
        names = await known(programme_id)
        check(tree, names)
        return await tried(programme_id, tree, names)


async def tried(programme_id: int, tree: Group, names: Known) -> Tried:
    programme = await programmes.get(programme_id)
    state = await footing.state(programme.id)
    amount = amounts(programme)
    found = []
    if state is not None:
        found = await _TRY.rows(programme_id, compiled(tree, state.footing))
    return Tried(
        people=None if state is None else (found[0]["people"] if found else 0),
        sample=tuple(Sample(row["uid"], name_of(row), row["email"]) for row in found),
        lines=readings.lines(tree, names, amount),
        warnings=readings.warnings(tree, names, amount),
    )


def amounts(programme: Programme) -> Callable[[int], str]:
    """How an amount of minor units is written in this programme."""
    return lambda minor: f"{money.plain(minor, programme.currency)} {programme.currency}"

"""Who brought whom: friends who came, friends who may still come, and some who only pretended."""

from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

from loyalty.demo import names
from loyalty.demo.almanac import Almanac
from loyalty.demo.people import DEVOTED, REGULAR, SEED, Person
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import cancels, claims, invite
from loyalty.errors import NotAllowed
from loyalty.referrals import clicking, deciding
from loyalty.rules.orders import fold

_OPEN = 26
"""Friends who left an address and never ordered; those of half a year ago have lapsed."""
_CLICKS = 30


def scenes(people: Sequence[Person], almanac: Almanac) -> Iterator[Scene]:
    luck = Random(f"{SEED}:invitations")
    by_number = {person.number: person for person in people}
    for friend in people:
        if friend.invited_by is not None:
            at = almanac.at((almanac.today - friend.comes).days + luck.randint(1, 5), luck.randint(8, 21))
            yield Scene(at, partial(_invited, by_number[friend.invited_by], friend))
    members = [person for person in people if person.joins and person.habit in (DEVOTED, REGULAR)]
    if members:
        yield from _left_open(members, almanac, luck)
        yield from _pretended(members, almanac)
        for _ in range(_CLICKS):
            yield Scene(
                almanac.at(luck.randint(1, 40), luck.randint(8, 22)), partial(_clicked, luck.choice(members))
            )


async def _invited(referrer: Person, friend: Person, stage: Stage) -> None:
    mark = f"friend-{friend.number}"
    try:
        await invite(stage, referrer, friend.email, friend.name, mark)
    except NotAllowed:  # whoever invited them has left meanwhile
        return
    stage.pockets[friend.email] = stage.coupons.pop(mark)


def _left_open(members: Sequence[Person], almanac: Almanac, luck: Random) -> Iterator[Scene]:
    for count in range(_OPEN):
        days_ago = 3 + count * 9
        referrers = [member for member in members if member.joins and member.joins < almanac.day(days_ago)]
        if not referrers:
            continue
        first, last = names.name(luck)
        email = fold(f"{first}.{last}.{count}").replace("’", "").replace(" ", "") + "@example.org"
        mark = f"open-{count}"
        yield claims(
            luck.choice(referrers), email, f"{first} {last}", almanac.at(days_ago, luck.randint(9, 21)), mark
        )
        if count % 8 == 2:
            yield cancels(almanac.at(days_ago - 2, 11), mark, "The friend wrote that it was a mistake")


def _pretended(members: Sequence[Person], almanac: Almanac) -> Iterator[Scene]:
    """Two invite themselves by another spelling of their address; one of them is forgiven."""
    settled = [member for member in members if member.joins and member.joins < almanac.day(60)]
    for count, (member, days_ago) in enumerate(zip(settled[:2], (52, 6), strict=False)):
        local, _, host = member.email.partition("@")
        mark = f"pretended-{count}"
        yield claims(member, f"{local}+friend@{host}", "A friend", almanac.at(days_ago, 22, 40), mark)
        if count == 0:
            yield Scene(almanac.at(days_ago - 3, 14), partial(_forgiven, mark))


async def _forgiven(mark: str, stage: Stage) -> None:
    await deciding.let_through(
        stage.programme_id,
        stage.marks[mark],
        by=stage.mara,
        reason="Two people, one family",
        key=f"let:{mark}",
    )


async def _clicked(referrer: Person, stage: Stage) -> None:
    try:
        code = await stage.referral_code(referrer.email)
        await clicking.click(stage.programme_id, code, signals={"ip": "203.0.113.7"})
    except NotAllowed:  # the referrer has left
        return

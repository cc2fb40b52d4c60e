"""Questions and birthday surprises of a programme file; what a file no longer names is archived."""

from db.engine import run
from db.enums import QuestionStatus
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.preferences import pool, questions, storing
from loyalty.preferences.questions import Question
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import OptionPart, QuestionPart, SurprisePart
from loyalty.rules import surprises
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import CHOSEN, Draft, Option, Words, checked, slug

_PRIZE = """INSERT INTO surprise_prizes (programme_id, id, uid, name, weight, stock, points, reward_id, status,
      created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'active', {})"""
_CHANGED = """UPDATE surprise_prizes SET weight = {}, points = {}, reward_id = {}, version = version + 1
    WHERE programme_id = {} AND id = {}"""
_GONE = "UPDATE surprise_prizes SET status = 'archived', version = version + 1 WHERE programme_id = {} AND id = {}"


def draft(part: QuestionPart) -> Draft:
    """The question as the preference center stores it. Raises Invalid naming the key."""
    offered = tuple(Option(each.key, each.label, each.category) for each in part.options)
    words = Words(part.title, part.help, part.purpose, offered)
    return checked(
        Draft(
            section=part.section,
            kind=part.kind,
            role=part.role,
            key=part.key,
            words=words,
            boost_percent=part.boost_percent,
        )
    )


def checked_prize(part: SurprisePart) -> None:
    """Raises Invalid naming the key."""
    surprises.checked(part.name, part.weight, part.points, part.reward is not None, part.stock)


async def stored(programme_id: int) -> list[QuestionPart]:
    """What is asked, as a file says it; drafts and archived questions are not in it."""
    return [_part(question) for question in await questions.published(programme_id)]


async def stored_prizes(programme_id: int, names: Names) -> list[SurprisePart]:
    known = {id_: name for name, (id_, _) in names.rewards.items()}
    return [
        SurprisePart(
            name=prize.name,
            weight=prize.weight,
            points=prize.points,
            reward=known.get(prize.reward_id) if prize.reward_id else None,
            stock=prize.stock,
        )
        for prize in sorted(await pool.prizes(programme_id), key=lambda prize: prize.id)
        if prize.points is not None or prize.reward_id in known
    ]


async def bring(programme_id: int, wanted: list[QuestionPart], *, by: Actor) -> list[str]:
    """Add, reword and archive questions. Returns what changed. Answers keep the wording they were given to.

    Raises Invalid for another kind or role of a question that has been asked.
    """
    there = {question.key: question for question in await questions.listed(programme_id)}
    changes: list[str] = []
    for part in wanted:
        asked, question = draft(part), there.pop(part.key, None)
        if question is None:
            await storing.place(programme_id, asked, new_uid(), clock.now())
            question = next(each for each in await questions.listed(programme_id) if each.key == part.key)
            changes.append(f"question “{part.key}”: added")
        elif _as_draft(question) != asked or not question.asked:
            if (question.kind, question.role) != (asked.kind, asked.role):
                raise Invalid(
                    f"questions “{part.key}”: it has been asked already, so its kind and role stay.",
                    field="questions",
                )
            await storing.overwrite(programme_id, question.id, asked)
            changes.append(f"question “{part.key}”: reworded")
        await _publish(programme_id, question.uid, by)
    for question in there.values():
        if question.asked:
            await storing.stand(programme_id, question.id, QuestionStatus.ARCHIVED, question.wording_id)
            changes.append(f"question “{question.key}”: archived")
    await _order(programme_id, [part.key for part in wanted])
    return changes


async def bring_prizes(programme_id: int, wanted: list[SurprisePart], names: Names) -> list[str]:
    """Add, change and take out prizes. Returns what changed. What is left in stock is never touched."""
    there = {prize.name: prize for prize in await pool.prizes(programme_id)}
    changes: list[str] = []
    for part in wanted:
        prize = there.pop(part.name, None)
        reward_id = names.rewards[part.reward][0] if part.reward else None
        if prize is None:
            now = clock.now()
            values = (part.name, part.weight, part.stock, part.points, reward_id, now)
            await run(_PRIZE, programme_id, new_id(now), new_uid(), *values)
            changes.append(f"surprise “{part.name}”: added")
        elif (prize.weight, prize.points, prize.reward_id) != (part.weight, part.points, reward_id):
            await run(_CHANGED, part.weight, part.points, reward_id, programme_id, prize.id)
            changes.append(f"surprise “{part.name}”: changed")
    for prize in there.values():
        await run(_GONE, programme_id, prize.id)
        changes.append(f"surprise “{prize.name}”: taken out")
    return changes


async def _publish(programme_id: int, uid: str, by: Actor) -> None:
    question = await storing.lock(programme_id, uid)
    if question.asked and not question.changed:
        return
    wording_id = question.wording_id
    if question.changed or wording_id is None:
        wording_id = await storing.publish(programme_id, question.id, by=by, now=clock.now())
    await storing.stand(programme_id, question.id, QuestionStatus.PUBLISHED, wording_id)


async def _order(programme_id: int, keys: list[str]) -> None:
    """Number each section as the file does, where it isn't in that order."""
    listed = [question for question in await questions.listed(programme_id) if question.asked]
    for section in {question.section for question in listed}:
        inside = [question for question in listed if question.section is section]
        wanted = sorted(inside, key=lambda question: keys.index(question.key))
        if inside != wanted:
            await storing.order(programme_id, section, [question.id for question in wanted])


def _as_draft(question: Question) -> Draft:
    return Draft(
        section=question.section,
        kind=question.kind,
        role=question.role,
        key=question.key,
        words=question.shown,
        boost_percent=question.boost_percent,
    )


def _part(question: Question) -> QuestionPart:
    words = question.shown
    offered = words.options if question.kind in CHOSEN else ()
    return QuestionPart(
        key=question.key,
        section=question.section,
        kind=question.kind,
        role=question.role,
        title=words.title,
        help=words.help,
        purpose=words.purpose,
        options=[
            OptionPart(
                label=each.label, key="" if each.key == slug(each.label) else each.key, category=each.category
            )
            for each in offered
        ],
        boost_percent=question.boost_percent,
    )

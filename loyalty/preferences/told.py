"""What we know of a customer because they told us: for the member, and for the team (PRODUCT B3, L1)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import loads, one, rows, snapshot
from db.enums import AnswerSource, AnswerVerb, ContactChannel, QuestionKind, QuestionSection
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.preferences.questions import words
from loyalty.preferences.standing import Standing, standing
from loyalty.rules.preferences import Words

MOST = 100

_HISTORY = f"""SELECT a.uid, a.verb, a.source, a.actor_kind, a.actor_name, a.at, q.kind, q.section, c.options AS chosen,
      c.body, w.number, w.title, w.help, w.purpose, w.options
    FROM preference_answers a
    JOIN preference_questions q ON q.programme_id = {{0}} AND q.id = a.question_id
    JOIN preference_wordings w ON w.programme_id = {{0}} AND w.id = a.wording_id
    LEFT JOIN preference_contents c ON c.programme_id = {{0}} AND c.answer_id = a.id
    WHERE a.programme_id = {{0}} AND a.customer_id = {{1}} ORDER BY a.id DESC LIMIT {MOST}"""
_CONTACT = """SELECT c.accepts_email, k.email, k.sms, k.portal, k.paused_until FROM customers c
    LEFT JOIN contact_choices k ON k.programme_id = c.programme_id AND k.customer_id = c.id
    WHERE c.programme_id = {} AND c.id = {}"""


@dataclass(frozen=True, slots=True)
class Told:
    """The card “Told us”. `contact`: yes, no, or None where they were never asked. `updated`: the latest answer."""

    answers: tuple[Standing, ...]
    contact: dict[ContactChannel, bool | None]
    paused_until: datetime | None
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the history. `labels` in the words of then; empty for what was withdrawn, or erased since."""

    uid: str
    verb: AnswerVerb
    source: AnswerSource
    by: str
    kind: QuestionKind
    section: QuestionSection
    at: datetime
    number: int
    words: Words
    labels: tuple[str, ...]


async def card(programme_id: int, customer_id: int) -> Told:
    """What a customer told us that stands now, consent beside it. Raises NotFound."""
    now = clock.now()
    async with snapshot():
        given = await standing(programme_id, customer_id, now)
        row = await one(_CONTACT, programme_id, customer_id)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    contact = {channel: row[channel] for channel in ContactChannel}
    if contact[ContactChannel.EMAIL] is None and row["accepts_email"]:
        contact[ContactChannel.EMAIL] = True
    paused = row["paused_until"] if row["paused_until"] and row["paused_until"] > now else None
    shown = tuple(each for each in given.values() if each.section is not QuestionSection.COMMUNICATION)
    return Told(shown, contact, paused, max((each.at for each in given.values()), default=None))


async def known_of(programme_id: int, customer_id: int) -> tuple[Standing, ...]:
    """Everything that stands, of archived questions too: what a member sees and may withdraw."""
    async with snapshot():
        return tuple((await standing(programme_id, customer_id, clock.now())).values())


async def history(programme_id: int, customer_id: int) -> tuple[Said, ...]:
    """What was said and withdrawn, the newest first, at most 100."""
    found = await rows(_HISTORY, programme_id, customer_id)
    return tuple(
        Said(
            uid=row["uid"],
            verb=AnswerVerb(row["verb"]),
            source=AnswerSource(row["source"]),
            by=row["actor_name"],
            kind=QuestionKind(row["kind"]),
            section=QuestionSection(row["section"]),
            at=row["at"],
            number=row["number"],
            words=(asked := words(row)),
            labels=_labels(asked, row["chosen"], row["body"]),
        )
        for row in found
    )


def _labels(asked: Words, chosen: str | None, body: str | None) -> tuple[str, ...]:
    if body:
        return (body,)
    return tuple(asked.label(key) for key in loads(chosen)) if chosen else ()

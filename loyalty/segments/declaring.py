"""Segments of what people told us, made by a merchant (PRODUCT K3)."""

from collections.abc import Mapping

from db.engine import atomic, hold, retried
from db.enums import SegmentKind
from db.ids import new_uid
from loyalty import audit, repeats
from loyalty.customers import choices
from loyalty.errors import Invalid, NotFound
from loyalty.rules import segment_declarations as declarations
from loyalty.rules.actors import Actor
from loyalty.rules.segment_declarations import Declaration
from loyalty.segments import archiving, asking, naming, stored, trying
from loyalty.segments.building import Built
from loyalty.segments.stored import New, Segment

MADE = "segments.declared"


@retried
async def make(programme_id: int, name: str, choice: str, *, by: Actor, key: str) -> Built:
    """Make a segment of an answer (`told:question:option`) or a birthday month (`month:5`).

    Without a name it is called as the answer is. Its people come with the refresh that follows. Repeating
    `key` returns the first outcome. Raises Invalid, KeyReused.
    """
    said = declarations.read(choice)
    asked = repeats.mark(key, name, choice)
    async with atomic():
        await hold("segments", programme_id)
        done = await repeats.earlier(programme_id, MADE, ("programme", programme_id), asked)
        if done is not None:
            segment = await stored.by_uid(programme_id, str(done.after["segment"]))
            return Built(segment, done.action.sentence, done.action)
        known = (await trying.known(programme_id))["preference"]
        if any(each not in known for each in said.told):
            raise Invalid("This answer isn’t there any more. Choose another.", field="choice")
        name = naming.tidy(name or declarations.called(said, known)[: naming.LONGEST])
        await naming.refuse_taken(programme_id, name)
        made = await add(programme_id, name, said, known, by=by)
        action = await audit.record(
            programme_id,
            MADE,
            ("programme", programme_id),
            f"The segment {name} was made",
            by=by,
            after={"segment": made.uid, **said.stored, **asked.stored},
            undo={"noun": "segments", "verb": MADE, "segment": made.uid},
        )
    await asking.refresh_soon(programme_id)
    return Built(made, action.sentence, action)


async def offered(programme_id: int) -> Mapping[str, Mapping[str, str]]:
    """What can be chosen, by question: each answer with its words. One statement."""
    return (await choices.choices(programme_id)).told


async def drop(programme_id: int, uid: str) -> str:
    """Archive a segment that was just made, in the caller's transaction. Raises Invalid while others use it."""
    await hold("segments", programme_id)
    segment = await stored.by_uid(programme_id, uid)
    if segment.kind is not SegmentKind.DECLARED:
        raise NotFound(f"{segment.name} isn’t made of answers.")
    await archiving.archive(programme_id, segment)
    return f"The segment {segment.name} is gone again"


async def add(
    programme_id: int, name: str, said: Declaration, known: Mapping[str, str], *, by: Actor
) -> Segment:
    """Write one down, in the caller's transaction."""
    new = New(
        f"declared:{new_uid()}", name, SegmentKind.DECLARED, said.stored, declarations.described(said, known)
    )
    made = await stored.add(programme_id, new, by=by)
    assert made is not None, "its handle is random"
    return made

"""Facts written anew, and who came within reach of a reward by them: below a line before, on it or above now."""

from loyalty import clock, triggers
from loyalty.segments import facts
from loyalty.segments.footing import Footing
from loyalty.segments.scopes import Scope
from loyalty.segments.statements import Statement

_ABOVE = Statement("""SELECT f.customer_id FROM segment_facts f
    WHERE f.programme_id = $$ AND $$ AND f.member = true AND f.available >= $$""")


async def write(footing: Footing, scope: Scope) -> None:
    """`facts.write`, in the caller's transaction; automations that wait for a balance hear of whom it lifted."""
    lines = await triggers.lines(footing.programme_id)
    before = {line: await _above(footing, scope, line) for line in set(lines.values())}
    await facts.write(footing, scope)
    if not lines:
        return
    now = clock.now()
    for watch, line in lines.items():
        lifted = await _above(footing, scope, line) - before[line]
        await triggers.note_those(watch, sorted(lifted), f"reach:{now:%Y-%m-%d %H:%M}", now)


async def _above(footing: Footing, scope: Scope, line: int) -> set[int]:
    found = await _ABOVE.rows(footing.programme_id, scope.on("f.customer_id"), line)
    return {row["customer_id"] for row in found}

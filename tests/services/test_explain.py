"""Explain this balance: every point leads back to what earned it. PRODUCT O3."""

import pytest

from db.engine import watched
from db.enums import EntryKind
from loyalty.errors import NotFound
from loyalty.ledger.explaining import explain
from loyalty.ledger.explanations import Explanation
from tests import factories, ledger_story
from tests.cast import Cast


def _left(explanation: Explanation) -> int:
    return sum(lot.remaining for lot in explanation.lots)


async def test_what_is_left_in_lots_adds_up_to_the_balance(cast: Cast) -> None:
    await ledger_story.play(cast)
    for person in (cast.ines, cast.rex, cast.pia):
        found = await explain(cast.programme_id, person.uid)
        assert _left(found) == found.balance.available + found.balance.pending + found.balance.debt


async def test_a_lot_names_its_order_its_lines_and_who_drew_it(cast: Cast) -> None:
    await ledger_story.play(cast)
    found = await explain(cast.programme_id, "Ines@Example.org")
    (lot,) = found.lots
    assert (lot.points, lot.remaining) == (100, 50)
    assert lot.opened_by.kind is EntryKind.EARN_ORDER
    assert lot.opened_by.order is not None
    assert [line.points for line in lot.opened_by.order.lines] == [100]
    assert [(draw.kind, draw.points) for draw in lot.draws] == [
        (EntryKind.REDEEM, 20),
        (EntryKind.REDEEM, 10),
        (EntryKind.REDEEM_REVERSAL, -10),
        (EntryKind.REFUND_CLAWBACK, 30),
    ]


async def test_used_up_lots_are_counted_and_shown_when_asked_for(cast: Cast) -> None:
    await factories.give(cast.ines, 40)
    await factories.give(cast.ines, -40)
    short = await explain(cast.programme_id, cast.ines.uid)
    whole = await explain(cast.programme_id, cast.ines.uid, spent=True)
    assert (len(short.lots), short.spent_lots) == (0, 1)
    assert (len(whole.lots), whole.spent_lots) == (1, 0)


async def test_the_number_of_queries_doesnt_grow_with_the_lots(cast: Cast) -> None:
    counts = []
    for points in (1, 2, 3):
        await factories.give(cast.ines, points)
        with watched() as seen:
            await explain(cast.programme_id, cast.ines.uid)
        counts.append(len(seen))
    assert counts[0] == counts[-1] <= 10


async def test_somebody_elses_customer_can_not_be_explained(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await explain(cast.other_programme_id, cast.ines.uid)
    with pytest.raises(NotFound, match=r"nobody@example\.org"):
        await explain(cast.programme_id, "nobody@example.org")

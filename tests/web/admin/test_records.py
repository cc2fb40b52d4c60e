"""The tabs of a customer's page: what each costs, as a page and as a part of one. PRODUCT B3."""

from db.engine import watched
from tests.cast import Cast
from tests.tiering import gold_by_spend
from tests.web.admin.conftest import SignIn
from web.handlers.admin.customers import TABS

MOST_OF_A_PAGE, MOST_OF_A_PART = 25, 8
"""Statements; two of them read the session and the programme, one what waits in the navigation."""


async def test_every_tab_takes_few_queries_and_a_part_reads_only_its_own(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    mara = await desk_of(cast.mara)
    for tab in TABS:
        with watched() as asked:
            page = (await mara.get(f"/admin/customers/{cast.ines.uid}", tab=tab)).text
        assert len(asked) <= MOST_OF_A_PAGE, (tab, len(asked))
        assert "Team notes" in page
        with watched() as asked:
            part = (await mara.get(f"/admin/customers/{cast.ines.uid}", tab=tab, htmx=True)).text
        assert len(asked) <= MOST_OF_A_PART, (tab, len(asked))
        assert "Team notes" not in part
        assert f'tab={tab}#records" aria-current="page"' in part

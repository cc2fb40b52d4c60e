"""regulars recount"""

from loyalty.cli.options import ProgrammeOption
from loyalty.cli.terminal import say


def recount(programme: ProgrammeOption = None) -> None:
    """Make the totals that lists show anew from the ledger, thirty days at a time. Others may work meanwhile."""
    from loyalty.cli.database import run
    from loyalty.ledger import counting

    async def recounting() -> None:
        from loyalty import programmes

        await counting.recount((await programmes.find(programme)).id)

    run(recounting)
    say("The totals are what the ledger's entries add up to.")

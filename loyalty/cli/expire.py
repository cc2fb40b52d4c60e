"""regulars expire"""

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.terminal import answer, say


def expire(programme: ProgrammeOption = None, as_json: JsonOption = False) -> None:
    """Post the expiries that are due. Balances never wait for it: due expiries count in every reading."""
    from loyalty.cli.database import run
    from loyalty.ledger import expiring

    async def sweeping() -> expiring.Swept:
        from loyalty import programmes

        return await expiring.sweep((await programmes.find(programme)).id)

    swept = run(sweeping)
    if as_json:
        answer(swept)
        return
    say(f"Expiries of {swept.accounts:,} customers are posted.")
    if swept.left_over:
        say(f"{swept.left_over:,} could not be written now; run it again.")

"""regulars verify"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.terminal import answer, say

if TYPE_CHECKING:
    from loyalty.ledger.verifying import Finding


def verify(programme: ProgrammeOption = None, as_json: JsonOption = False) -> None:
    """Check every invariant of the ledger in one view of the data. Exit 1 when one is broken."""
    from loyalty.cli.database import run
    from loyalty.ledger import verifying
    from loyalty.ledger.invariants import ALL

    async def checking() -> list[verifying.Finding]:
        from loyalty import programmes

        chosen = (await programmes.find(programme)).id if programme else None
        return await verifying.verify(chosen)

    findings = run(checking)
    if as_json:
        answer(
            {"checks": len(ALL), "differences": sum(found.count for found in findings), "findings": findings}
        )
    else:
        _tell(findings, len(ALL))
    if findings:
        raise typer.Exit(1)


def _tell(findings: list[Finding], checks: int) -> None:
    for found in findings:
        say(f"✗ {found.name}: {found.count} (programme {found.programme_id})")
        say(f"  {found.sentence}")
        for offender in found.offenders:
            say(f"    {offender}")
        if found.count > len(found.offenders):
            say(f"    … and {found.count - len(found.offenders)} more")
    differences = sum(found.count for found in findings)
    say(f"{checks} checks, {differences} differences.")

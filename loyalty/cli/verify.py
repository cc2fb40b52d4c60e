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
    from loyalty import sealing
    from loyalty.cli.database import run
    from loyalty.ledger import verifying
    from loyalty.ledger.verifying import CHECKS

    async def checking() -> tuple[list[verifying.Finding], dict[int, sealing.Head]]:
        from loyalty import programmes

        chosen = [(await programmes.find(programme)).id] if programme else await verifying.all_programmes()
        heads = {id_: await sealing.head(id_) for id_ in chosen}
        return await verifying.verify(chosen[0] if programme else None), heads

    findings, heads = run(checking)
    if as_json:
        answer(
            {
                "checks": CHECKS,
                "differences": sum(found.count for found in findings),
                "findings": findings,
                "seals": heads,
            }
        )
    else:
        for id_, head in heads.items():
            say(f"Audit trail of programme {id_}: {head.seq:,} actions sealed, head {head.hash}")
        _tell(findings, CHECKS)
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

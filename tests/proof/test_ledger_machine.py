"""Random histories of a customer on the database: every invariant after each step, and the model's numbers."""

import asyncio

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from db.engine import connect, disconnect, is_sqlite
from tests.proof.ledger_machine import LedgerMachine


def test_the_ledger_and_its_model_agree_whatever_happens(database_url: str) -> None:
    with asyncio.Runner() as runner:
        runner.run(connect(database_url))
        LedgerMachine.runner = runner
        try:
            tries = 30 if is_sqlite() else 5
            run_state_machine_as_test(
                LedgerMachine,
                settings=settings(
                    max_examples=tries,
                    stateful_step_count=25,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],  # shrinking a history of the database takes minutes
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(disconnect())

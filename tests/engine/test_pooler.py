"""Behind a pooler that hands out another connection with each transaction."""

from db.engine import atomic, connect, disconnect, engine, rows, run, value
from tests import postgres


async def test_behind_a_pooler_no_statement_is_kept_and_the_node_number_has_a_connection_of_its_own(
    postgres_bench: postgres.Bench,
) -> None:
    url = postgres_bench.url
    await connect(
        url, pooler=f"{url}&application_name=pooled" if "?" in url else f"{url}?application_name=pooled"
    )
    try:
        async with atomic():
            for number in range(3):
                assert await value("SELECT CAST({} AS BIGINT)", number) == number
            kept = await rows("SELECT name FROM pg_prepared_statements WHERE name <> ''")
        assert kept == []
        await run("SELECT pg_advisory_xact_lock({})", 1)
        held = await rows("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert held == [], "the node's lock would go with the transaction"
        everywhere = await rows(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND objid = {}", engine().node
        )
        assert len(everywhere) >= 1
    finally:
        await disconnect()

"""regulars worker"""

import asyncio
import signal


def worker() -> None:
    """Do the background work, beside `regulars serve` on PostgreSQL. SIGTERM lets running jobs finish."""
    from loyalty.cli.database import run

    run(_work)


async def _work() -> None:
    from loyalty.cli.terminal import note
    from loyalty.jobs import worker as jobs
    from loyalty.logs import write_json_logs

    write_json_logs()
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    note("Working. Stop with Ctrl-C.")
    await jobs.run(stop)

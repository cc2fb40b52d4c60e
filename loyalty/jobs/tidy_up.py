"""Delete what is kept for a while only: sessions, links, sign-in tries, codes, mails, calls, jobs, events, drafts."""

from typing import Any

from loyalty import drafts, sessions
from loyalty.api_keys import answers
from loyalty.endpoints import calling
from loyalty.events import storing
from loyalty.jobs import done
from loyalty.jobs.registry import Job
from loyalty.mail import delivering
from loyalty.members import proving
from loyalty.sessions import links
from loyalty.staff import tries


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await sessions.forget_old(programme_id)
    await links.forget_old(programme_id)
    await tries.forget_old()
    await done.forget_old(programme_id)
    await storing.forget_old(programme_id)
    await answers.forget_old(programme_id)
    await delivering.forget_old(programme_id)
    await calling.forget_old(programme_id)
    await proving.forget_old(programme_id)
    await drafts.forget_old(programme_id)


JOB = Job(run)

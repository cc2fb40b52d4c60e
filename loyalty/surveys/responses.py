"""What a customer takes part in, and how it ended. One response a customer and survey."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one, rows, run
from db.enums import ResponseState
from db.ids import new_id, new_uid
from loyalty.ledger.accounts import Account
from loyalty.once import nobody_has
from loyalty.surveys.stored import Survey

_COLUMNS = """r.id, r.uid, r.survey_id, r.edition_id, r.state, r.outcome, r.answers, r.started_at, r.ends_at,
    r.finished_at"""
_OF = f"SELECT {_COLUMNS} FROM survey_responses r WHERE r.programme_id = {{}} AND r.customer_id = {{}}"
_INSERT = """INSERT INTO survey_responses (programme_id, id, uid, survey_id, edition_id, customer_id, state, outcome,
      answers, started_at, ends_at, finished_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"""
_CHANGE = """UPDATE survey_responses SET edition_id = {}, state = {}, outcome = {}, answers = {}, finished_at = {},
    version = version + 1 WHERE programme_id = {} AND id = {}"""

MOST = 200


@dataclass(frozen=True, slots=True)
class Response:
    """`answers`: question key → option key. `ends_at`: when a challenge's window is over; None: never."""

    id: int
    uid: str
    survey_id: int
    edition_id: int
    state: ResponseState
    outcome: str | None
    answers: Mapping[str, str]
    started_at: datetime
    ends_at: datetime | None
    finished_at: datetime | None


async def of_survey(programme_id: int, customer_id: int, survey_id: int) -> Response | None:
    """The customer's response to one survey, or None."""
    row = await one(f"{_OF} AND r.survey_id = {{}}", programme_id, customer_id, survey_id)
    return _response(row) if row else None


async def of_customer(programme_id: int, customer_id: int) -> tuple[Response, ...]:
    """Everything a customer took part in, the newest first."""
    found = await rows(f"{_OF} ORDER BY r.id DESC LIMIT {MOST}", programme_id, customer_id)
    return tuple(_response(row) for row in found)


async def running(programme_id: int, customer_id: int) -> tuple[Response, ...]:
    """The customer's challenges and pledges that are neither reached nor missed."""
    if await nobody_has("survey_responses", programme_id):
        return ()
    found = await rows(f"{_OF} AND r.state = 'open' ORDER BY r.id LIMIT {MOST}", programme_id, customer_id)
    return tuple(_response(row) for row in found)


async def begin(
    account: Account,
    survey: Survey,
    *,
    state: ResponseState,
    outcome: str | None = None,
    answers: Mapping[str, str] | None = None,
    ends_at: datetime | None = None,
) -> None:
    """Write the response, in the caller's transaction, under the account's lock."""
    await run(
        _INSERT,
        account.programme.id,
        new_id(account.now),
        new_uid(),
        survey.id,
        survey.edition_id,
        account.customer_id,
        state,
        outcome,
        json.dumps(dict(answers or {})),
        account.now,
        ends_at,
        None if state is ResponseState.OPEN else account.now,
    )


async def change(
    account: Account,
    response: Response,
    *,
    edition_id: int,
    state: ResponseState,
    outcome: str | None,
    answers: Mapping[str, str],
) -> None:
    """Let a response end, or end otherwise."""
    await run(
        _CHANGE,
        edition_id,
        state,
        outcome,
        json.dumps(dict(answers)),
        None if state is ResponseState.OPEN else account.now,
        account.programme.id,
        response.id,
    )


async def remove(account: Account, response: Response) -> None:
    """Forget a response that was given up before it ended."""
    await run(
        "DELETE FROM survey_responses WHERE programme_id = {} AND id = {}", account.programme.id, response.id
    )


def _response(row: Mapping[str, Any]) -> Response:
    return Response(
        id=row["id"],
        uid=row["uid"],
        survey_id=row["survey_id"],
        edition_id=row["edition_id"],
        state=ResponseState(row["state"]),
        outcome=row["outcome"],
        answers=loads(row["answers"]),
        started_at=row["started_at"],
        ends_at=row["ends_at"],
        finished_at=row["finished_at"],
    )

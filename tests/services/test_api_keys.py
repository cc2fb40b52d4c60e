"""Keys of the REST API: shown once, kept as a hash, revoked at once. PRODUCT N2."""

from datetime import timedelta

import pytest

from db.engine import rows, value
from db.enums import ApiScope
from loyalty import clock, undo
from loyalty.api_keys import answers, undoing
from loyalty.api_keys.answers import Answer
from loyalty.api_keys.managing import listing, make, revoke
from loyalty.api_keys.reading import Caller, caller
from loyalty.api_keys.stores import store_of
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotAllowed, NotFound
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START

ALL = tuple(ApiScope)


async def till(cast: Cast, **more: str) -> tuple[str, Caller]:
    made = await make(1, "Till", ALL, by=cast.mara, key=more.pop("key", "k"), **more)
    assert made.secret is not None
    by = await caller(made.secret)
    assert by is not None
    return made.secret, by


async def test_a_key_opens_and_only_its_hash_is_kept(cast: Cast) -> None:
    secret, by = await till(cast)
    assert (by.programme_id, by.name, by.scopes) == (1, "Till", frozenset(ALL))
    kept = str(await rows("SELECT * FROM api_keys WHERE programme_id = 1"))
    assert secret.partition(".")[2] not in kept
    (shown,) = await listing(1)
    assert secret.partition(".")[2].startswith(shown.hint)
    assert await listing(cast.other_programme_id) == ()
    for wrong in ("", "x", secret[:-1] + "x", secret.replace("bloom", "nook"), "é" * 60):
        assert await caller(wrong) is None, wrong


async def test_a_form_sent_twice_makes_one_key_that_is_shown_once(cast: Cast) -> None:
    first = await make(1, "Till", ALL, by=cast.mara, key="k")
    again = await make(1, "Till", ALL, by=cast.mara, key="k")
    assert first.secret is not None
    assert (again.key.uid, again.secret) == (first.key.uid, None)
    assert await value("SELECT count(*) FROM api_keys WHERE programme_id = 1") == 1


async def test_a_revoked_key_opens_nothing_at_once(cast: Cast) -> None:
    secret, by = await till(cast)
    gone = await revoke(1, by.key_uid, by=cast.mara)
    assert gone.sentence == "API key Till has been revoked"
    assert await caller(secret) is None
    with pytest.raises(AlreadyDone):
        await revoke(1, by.key_uid, by=cast.mara)
    assert (await undo.undo(1, gone.uid, by=cast.mara)).sentence == "API key Till works again"
    assert await caller(secret) is not None
    with pytest.raises(NotFound):
        await revoke(cast.other_programme_id, by.key_uid, by=cast.nils)


async def test_undoing_that_a_key_was_made_revokes_it(cast: Cast) -> None:
    secret, _ = await till(cast)
    assert await undo_last(cast, undoing.undo) == "API key Till has been revoked"
    assert await caller(secret) is None
    with pytest.raises(AlreadyDone):
        await undo_last(cast, undoing.undo)


async def test_its_last_use_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    with clock.at(START):
        secret, _ = await till(cast)
    for moment, noted in ((30, START), (61, START + timedelta(seconds=61))):
        with clock.at(START + timedelta(seconds=moment)):
            await caller(secret)
            assert (await listing(1))[0].last_used == noted


async def test_a_key_without_name_or_scope_or_for_a_strangers_store_is_refused(cast: Cast) -> None:
    theirs = await factories.store(cast.other_programme_id, "counter")
    with pytest.raises(Invalid, match="80 characters"):
        await make(1, "  ", ALL, by=cast.mara, key="a")
    with pytest.raises(Invalid, match="tick what it may do"):
        await make(1, "Till", (), by=cast.mara, key="b")
    with pytest.raises(NotFound):
        await make(1, "Till", ALL, store_uid=theirs.uid, by=cast.mara, key="c")


async def test_a_key_of_one_store_speaks_for_no_other(cast: Cast) -> None:
    counter = await factories.store(1, "counter")
    _, bound = await till(cast, store_uid=counter.uid)
    assert (await store_of(bound)).id == counter.id
    with pytest.raises(NotAllowed, match="“counter” only"):
        await store_of(bound, "web")
    _, free = await till(cast, key="free")
    assert (await store_of(free, "web")).id == cast.web.id
    with pytest.raises(Invalid, match="There are: web, counter"):
        await store_of(free)


async def test_a_repeated_request_gets_its_first_answer_for_a_day(cast: Cast) -> None:
    _, by = await till(cast)
    request = answers.asked("k1", "/api/v1/orders", b"{}")
    assert request is not None
    with clock.at(START):
        assert await answers.known(by, request) is None
        await answers.keep(by, request, Answer(201, {"new": True}))
        late = await answers.keep(by, request, Answer(200, {"new": False}))
        assert late == Answer(201, {"new": True}, again=True)
        other = answers.asked("k1", "/api/v1/orders", b'{"a": 1}')
        assert other is not None
        with pytest.raises(KeyReused):
            await answers.known(by, other)
    with clock.at(START + timedelta(hours=24)):
        assert await answers.known(by, request) is None
        await answers.forget_old(1)
        assert await value("SELECT count(*) FROM api_answers WHERE programme_id = 1") == 0

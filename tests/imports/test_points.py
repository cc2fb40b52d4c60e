"""Points by file: opening balances and corrections, judged whole, posted as one, taken back as one. PRODUCT N1."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.engine import rows, run
from db.enums import BatchPersonState, BatchState
from loyalty import clock, undo
from loyalty.batches import reading, running
from loyalty.errors import Invalid
from loyalty.imports import points
from loyalty.imports.points import Report
from loyalty.imports.points_sheet import Bad, read
from loyalty.jobs.worker import Worker
from loyalty.rules.points_files import PointsRow
from tests import factories
from tests.cast import Cast, assemble, assert_books_balance
from tests.factories import START

TODAY = date(2026, 3, 2)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "balances.csv"
    path.write_bytes(text.encode(encoding))
    return path


async def batch_of(report: Report) -> reading.Batch:
    assert report.batch is not None
    return (await reading.report(1, report.batch)).batch


def test_what_files_say_is_read_whichever_app_wrote_them(tmp_path: Path) -> None:
    def found(text: str, *, balances: bool = False, encoding: str = "utf-8") -> list[PointsRow | Bad]:
        file = written(tmp_path, text, encoding)
        return list(read(file, TODAY, balances=balances, comment="Hello", extra_columns=False))

    smile = found("email,points\nInes@Example.org,120\n")
    assert smile == [PointsRow(2, "ines@example.org", None, 120, "Points from balances.csv", "Hello", None)]
    full = found(
        "Customer ID;Points Balance;Reason;Comment;Expires on;VIP tier\n'77;−1 000,00;Recount;;2026-12-31;Gold\n",
        encoding="utf-16",
    )
    assert full == [PointsRow(2, None, "77", -1000, "Recount", "Hello", date(2026, 12, 31))]
    ours = found(
        "email,available,pending,earned,redeemed,expired,clawed_back,debt\na@b.example,0,1,2,3,4,5,6\n"
    )
    assert [row.points for row in ours if isinstance(row, PointsRow)] == [0]
    bad = found(
        "email,points,expires\n,5,\nnobody,5,\na@b.example,,\na@b.example,1.5,\na@b.example,5,31/12/2026\n"
        "a@b.example,5,2026-03-01\na@b.example,-5,\n",
        balances=True,
    )
    assert [(row.row, row.why.split(";")[0].split(",")[0]) for row in bad if isinstance(row, Bad)] == [
        (2, "It names nobody: neither an address nor a number."),
        (3, "“nobody” isn't an e-mail address."),
        (4, "Enter a number of points"),
        (5, "Points are whole numbers"),
        (6, "“31/12/2026” isn't a day"),
        (7, "2026-03-01 is past"),
        (8, "A balance can't be below 0."),
    ]
    for text, says in (
        ("name,points\nx,1\n", "needs a column “email” or “customer number”"),
        ("email,points,Balance\nx,1,1\n", "two columns for points, “points” and “Balance”"),
        ("email,points,Shoe size\nx,1,44\n", "unknown column, “Shoe size”"),
    ):
        with pytest.raises(Invalid, match=says):
            found(text)


async def known_to_the_web_shop(cast: Cast) -> None:
    """Ines is customer 77 there."""
    await factories.insert(
        "customer_identities",
        programme_id=1,
        store_id=cast.web.id,
        external_id="77",
        customer_id=cast.ines.id,
    )


async def test_a_file_is_one_batch_once_and_taken_back_as_one(db: object, tmp_path: Path) -> None:
    cast: Cast = await assemble()
    await factories.give(cast.rex, 100)
    await known_to_the_web_shop(cast)
    file = written(
        tmp_path,
        "email,customer number,points,reason,expires\n"
        f",77,250,Opening balance,2026-12-31\n{cast.rex.email},,-40,,\n{cast.olu.email},,0,,\n",
    )
    with clock.at(START):
        dry = await points.run(1, file, dry_run=True)
        assert dry.sentence == (
            "3 rows read: 2 people, 250 added, 40 taken, 1 without change; nothing was written."
        )
        assert await rows("SELECT id FROM batches WHERE programme_id = 1") == []
        seen: list[int] = []
        done = await points.run(1, file, progress=seen.append)
        assert (done.people, done.added, done.taken, done.unchanged, seen[-1]) == (2, 250, 40, 1, 2)
        again = await points.run(1, written(tmp_path, file.read_text(), "utf-16"))
        assert again.known
        assert "imported before, so nothing was changed" in again.sentence
    assert (await factories.balance(cast.ines), await factories.balance(cast.rex)) == (250, 60)
    entry = await rows(
        "SELECT e.kind, e.reason, e.comment, e.actor_kind, l.expires_at FROM ledger_entries e JOIN lots l"
        " ON l.programme_id = e.programme_id AND l.entry_id = e.id WHERE e.programme_id = 1 AND e.customer_id = {}",
        cast.ines.id,
    )
    assert [(each["kind"], each["reason"], each["comment"], each["actor_kind"]) for each in entry] == [
        ("import", "Opening balance", "Brought over", "system")
    ]
    assert entry[0]["expires_at"].isoformat() == "2026-12-31T23:00:00+00:00"
    batch = await batch_of(done)
    assert (batch.title, batch.by, batch.added, batch.taken) == (
        "Points from balances.csv",
        "Regulars",
        250,
        40,
    )
    assert batch.undo is not None
    assert (await undo.undo(1, batch.undo, by=cast.mara)).sentence == "2 people are being changed back"
    await Worker().step()
    assert (await batch_of(done)).state is BatchState.UNDONE
    assert (await factories.balance(cast.ines), await factories.balance(cast.rex)) == (0, 100)
    with clock.at(START):
        assert not (await points.run(1, file)).known
    await assert_books_balance()


async def test_every_row_that_cant_be_used_is_named_and_nothing_written(db: object, tmp_path: Path) -> None:
    cast: Cast = await assemble()
    await factories.give(cast.rex, 10)
    await known_to_the_web_shop(cast)
    text = (
        f"email,number,points\nwho@example.org,,5\n{cast.pia.email},,5\n{cast.rex.email},,-11\n"
        f"{cast.rex.email},77,5\n{cast.ines.email},,5\n{cast.ines.email},77,6\n,77,many\n"
    ).replace("number", "customer number")
    with clock.at(START), pytest.raises(Invalid) as refused:
        await points.run(1, written(tmp_path, text))
    assert str(refused.value).split("\n") == [
        "balances.csv: 6 rows can't be used, so nothing was written. Mend the file, or say --leave-out.",
        "  row 2: There is no customer “who@example.org”. Import your customers first.",
        "  row 3: Pia Lind has left the programme.",
        "  row 4: Rex Moreau has 10 points available; this takes 11.",
        f"  row 5: “{cast.rex.email}” and “77” belong to two customers.",
        "  row 7: It means the same person as row 6; a person can stand in the file once.",
        "  row 8: Enter a whole number, such as 50 or −24.",
    ]
    with clock.at(START):
        done = await points.run(1, written(tmp_path, text), leave_out=True)
    assert (done.people, done.added, len(done.bad)) == (1, 5, 6)


async def test_set_makes_balances_what_the_file_says_and_limits_hold_for_staff(
    db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast: Cast = await assemble()
    await factories.give(cast.rex, 100)
    await run("UPDATE staff SET adjust_limit_per_day = 100 WHERE programme_id = 1 AND name = 'Theo'")
    text = f"email,balance\n{cast.ines.email},30\n{cast.rex.email},20\n{cast.olu.email},1\n"
    more: dict[str, Any] = {"balances": True, "by": cast.theo}

    async def killed(*given: object) -> None:
        raise KeyboardInterrupt

    with clock.at(START):
        monkeypatch.setattr(running, "forwards", killed)
        with pytest.raises(KeyboardInterrupt):
            await points.run(1, written(tmp_path, text), **more)
        monkeypatch.undo()
        done = await points.run(1, written(tmp_path, text), **more)
    assert (done.people, done.refused, done.known) == (2, 1, False)
    assert done.batch is not None
    (refused,) = (await reading.report(1, done.batch, BatchPersonState.REFUSED)).people.items
    assert "more points today" in refused.note
    await assert_books_balance()

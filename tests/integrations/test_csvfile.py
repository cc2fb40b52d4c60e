import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.integrations import csvfile

TABLE = "Name,Note\nÉlodie,crème\n"


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
    """(row number, cells) without the spare cell."""
    return [(number, cells[:-1]) for number, cells in csvfile.read(path)]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("zipped", [False, True])
def test_any_encoding_delimiter_and_line_ending_reads_alike(
    tmp_path: Path, encoding: str, delimiter: str, ending: str, zipped: bool
) -> None:
    content = TABLE.replace(",", delimiter).replace("\n", ending).encode(encoding)
    path = written(tmp_path, gzip.compress(content) if zipped else content)
    sheet = csvfile.read(path)
    assert sheet.heading == ("Name", "Note")
    assert [cells[:-1] for _, cells in sheet] == [["Élodie", "crème"]]


def test_a_quoted_cell_keeps_its_line_breaks_and_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, b'Name,Note\r\n"Lee, Jo","Bondi\r\nNSW"\r\n"Say ""hi""",x\r\n')
    assert rows_of(path) == [(2, ["Lee, Jo", "Bondi\r\nNSW"]), (3, ['Say "hi"', "x"])]


def test_formulas_are_left_as_they_are(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"A,B\n=1+1,@cmd\n")) == [(2, ["=1+1", "@cmd"])]


def test_blank_rows_count_but_say_nothing_and_short_rows_are_padded(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"A,B,C\n\n1\n,,\n2,3,4,,\n")) == [
        (3, ["1", "", ""]),
        (4, ["", "", ""]),
        (5, ["2", "3", "4"]),
    ]


def test_the_line_that_tells_excel_its_delimiter_is_skipped(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"sep=;\nA;B\n1;2,5\n")) == [(2, ["1", "2,5"])]


def test_an_accent_on_the_edge_of_a_piece_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("utf-8", "utf-16", "cp1252"):
        path = written(tmp_path, TABLE.encode(encoding))
        for size in range(1, 9):
            monkeypatch.setattr("loyalty.integrations.files.CHUNK", size)
            if encoding == "utf-16" and size == 1:
                continue  # the first piece must hold the byte order mark
            assert rows_of(path) == [(2, ["Élodie", "crème"])], (encoding, size)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "people.csv is empty."),
        (b"\xef\xbb\xbf", "people.csv has no heading row."),
        (b"PK\x03\x04rest", "people.csv is a workbook or zip archive. Save it as CSV and try again."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "people.csv isn't a text file. Save it as CSV and try again."),
        (b"A,B\n\xc3\xa9,\xe9\n", "people.csv mixes UTF-8 with another encoding. Save it as UTF-8."),
        (b"A,B\n1,2\n1,2,3\n", "people.csv, row 3: 3 cells where the heading has 2."),
        (
            b'A,B\n1,"2\n',
            "people.csv, row 2: a quotation mark is missing or out of place, or a cell is too long.",
        ),
        (
            b'A,B\n1,"2"x\n',
            "people.csv, row 2: a quotation mark is missing or out of place, or a cell is too long.",
        ),
        (
            gzip.compress(b"A,B\n" * 9000, mtime=0)[:-40],
            "people.csv is cut short: its gzip data ends too early. Download it again.",
        ),
        (
            gzip.compress(b"A,B\n1,2\n", mtime=0)[:-8] + b"12345678",
            "people.csv is damaged: its gzip data doesn't unpack. Download it again.",
        ),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(Invalid) as refusal:
        rows_of(path)
    assert str(refusal.value) == sentence


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"There is no file orders\.csv\."):
        csvfile.read(tmp_path / "orders.csv")
    with pytest.raises(Invalid, match="can't be read"):
        csvfile.read(tmp_path)


def test_a_column_is_found_whatever_its_case_and_refused_when_missing_or_twice(tmp_path: Path) -> None:
    sheet = csvfile.read(written(tmp_path, b"  EMAIL ,Name,name\n1,2,3\n"))
    assert sheet.has("Email")
    with pytest.raises(Invalid, match="no column “Phone”, so it isn't a list"):
        sheet.require(["Email", "Phone"], what="a list")
    with pytest.raises(Invalid, match="the column “Name” twice"):
        sheet.require(["Name"], what="a list")


@given(
    content=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_bytes_are_a_table_or_refused(tmp_path: Path, content: bytes) -> None:
    for raw in (content, b"A,B\n" + content, b"\x1f\x8b" + content, b"\xff\xfe" + content):
        try:
            rows_of(written(tmp_path, raw))
        except Invalid:
            continue

"""What reports about mails mean, and that any bytes at all can be read. PRODUCT M5."""

from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from loyalty.bounces.reading import read
from loyalty.rules.bounces import MailName, Report, ReportKind, kind_of, message_id, named, status_of
from tests.bouncing import complaint, dsn

MAIL = MailName("abcdefgh_IJKLMNOP-1234", "PROGRAMME-uid_56789012")
OURS = message_id(MAIL, "shop.example")
INES = frozenset({"ines@example.org"})


def test_a_permanent_failure_ends_the_address_unless_it_is_about_the_mail() -> None:
    ends = {"5.1.1", "5.0.0", "5.1.10", "5.2.1", "5.4.4"}
    stays = {"5.2.2", "5.2.3", "5.3.4", "5.6.1", "5.7.1", "5.7.26", "4.2.2", "4.4.7", "", "5.1", "2.0.0"}
    for status in ends | stays:
        report = Report(ReportKind.BOUNCE, MAIL, INES, status)
        assert report.ends_the_address is (status in ends), status
    assert not Report(ReportKind.LATE, MAIL, INES, "5.1.1").ends_the_address


def test_a_status_is_found_in_a_servers_words_too() -> None:
    assert status_of("5.1.1 (bad mailbox)", "550 5.7.1 Spam") == "5.1.1"
    assert status_of("", "550 5.7.1 Spam") == "5.7.1"
    assert status_of("", "550 No such user") == "5.0.0"
    assert status_of("", "unknown") == ""
    assert (kind_of("failed", "4.4.7"), kind_of("", "5.1.1")) == (ReportKind.BOUNCE, ReportKind.BOUNCE)
    assert (kind_of("Delayed", "4.4.1"), kind_of("", "4.4.1")) == (ReportKind.LATE, ReportKind.LATE)
    assert [kind_of(action, "2.0.0") for action in ("delivered", "relayed", "expanded", "")] == [None] * 4


def test_a_report_is_read_whichever_way_it_encloses_our_mail() -> None:
    expected = Report(ReportKind.BOUNCE, MAIL, INES, "5.1.1", "550 5.1.1 No such user")
    for enclosed in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
        assert read(dsn(OURS, enclosed=enclosed)) in ((expected,), ()), enclosed
    assert read(dsn(OURS)) == (expected,)
    assert read(dsn(OURS, enclosed="text/rfc822-headers")) == (expected,)
    answering = dsn("<x@y>").replace(b"Subject: Und", b"In-Reply-To: " + OURS.encode() + b"\nSubject: Und")
    assert read(answering) == (expected,)
    both = read(dsn(OURS, "elsewhere@example.net", original="ines@example.org"))
    assert [report.addresses for report in both] == [INES | {"elsewhere@example.net"}]
    assert read(dsn(OURS, action="delivered", status="2.0.0")) == ()
    assert read(complaint(OURS)) == (Report(ReportKind.COMPLAINT, MAIL, INES),)


def test_what_is_no_report_of_a_mail_of_ours_says_nothing() -> None:
    holiday = EmailMessage()
    holiday["Subject"], holiday["In-Reply-To"] = "Out of office", OURS
    holiday.set_content("Back on Monday. 550 5.1.1")
    assert read(bytes(holiday)) == ()
    assert read(dsn("<somebody-else@mx.example>")) == ()
    assert named("<abcdefgh@shop.example>") is None
    assert read(b"\0" * 1000) == read(b"") == ()


def test_a_report_cut_off_or_garbled_anywhere_never_fails() -> None:
    whole = dsn(OURS)
    for end in range(0, len(whole), 23):
        for raw in (whole[:end], whole[end:], whole[:end] + b"\xff\0=?" + whole[end:]):
            assert len(read(raw)) <= 1
    nested = b"".join(
        b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (each, each) for each in range(1000)
    )
    assert read(nested) == ()


@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_bytes_can_be_read(noise: bytes, at: int) -> None:
    whole = complaint(OURS)
    read(noise)
    read(whole[:at] + noise + whole[at:])

"""Whatever people are called and merchants type stays text: in mails, their headers, and on the admin's pages."""

from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest

from db.engine import run
from db.enums import ContactTopic
from loyalty import clock
from loyalty.campaigns import editing
from loyalty.campaigns.stored import Message
from loyalty.mail import transport
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, segment, sent
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox
from tests.web.admin.conftest import SignIn

__all__ = ["mailbox"]

EVIL = (
    "{{7*7}}",
    "{{ first_name }}{% for x in y %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=) <javascript:alert(1)>",
    "**Bob** [win](https://evil.example/)\n\n# Big",
    "Bob\r\nBcc: rex@example.org\r\n\r\nHello",
    "Bob\x00\x0b\u2028\u202e\ue0000\ue001",
    "https://link.invalid/1",
)
HEADERS = {
    "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "List-Unsubscribe",
    "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
}  # fmt: skip
# What is typed into a message, without what is refused there: fields that don't exist, and links elsewhere.
TYPED = "".join(each for each in EVIL if not each.startswith(("{{", "[x]", "**"))).replace("\x00", "")


@pytest.fixture(autouse=True)
async def at_noon(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


class Seen(HTMLParser):
    """What a browser would make of a page: tags, what could run, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.runs: list[str] = []
        self.leads: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = {name: text or "" for name, text in attrs}
        self.runs += [f"{tag} {name}" for name in given if name.startswith("on") or name == "srcdoc"]
        self.runs += [tag] if tag == "script" and not given.get("src", "").startswith("/static/") else []
        self.leads += [given[name] for name in ("href", "src", "action") if name in given]
        self.text += f" {given.get('value', '')} {given.get('alt', '')}"

    def handle_data(self, data: str) -> None:
        self.text += data


def words(text: str) -> str:
    """Text without what a header or a page lays out in its own way: spaces and control characters."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())


async def test_nothing_anybody_typed_becomes_markup_a_header_or_a_field(
    cast: Cast, mailbox: Mailbox, desk_of: SignIn
) -> None:
    crowd = [await factories.customer(1, f"M{number} {number}") for number in range(len(EVIL))]
    for person, name in zip(crowd, EVIL, strict=True):
        kept = name.replace("\x00", "")  # PostgreSQL keeps no such character, and no form takes it
        await run(
            "UPDATE customers SET first_name = {}, last_name = {} WHERE programme_id = 1 AND id = {}",
            kept, kept, person.id,
        )  # fmt: skip
    await agree(*crowd)
    group = await segment(EVIL[3], *crowd)
    plan = Plan(
        segments=(group.uid,),
        message=Message(
            "{{ first_name | there }} " + TYPED[:100],
            "{{ first_name | there }} " + TYPED[:100],
            "{{ first_name | there }}, "
            + TYPED
            + "\n\n[Look {{ first_name | there }}](https://shop.example/)",
        ),
    )
    made = await sent(cast, plan, key=EVIL[3])
    by_address = {str(mail["To"]): mail for mail in mailbox.mails}
    assert set(mailbox.asked_for) == set(by_address) == {person.email for person in crowd}
    assert len(mailbox.mails) == len(EVIL)
    for person, name in zip(crowd, EVIL, strict=True):
        mail = by_address[str(person.email)]
        assert set(mail.keys()) <= HEADERS
        assert words(str(mail["Subject"])).startswith(words(name)[:60])
        html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
        assert html is not None
        assert plain is not None
        seen = Seen(html.get_content())
        assert seen.runs == [], name
        assert seen.tags <= {
            "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "p", "h1", "a", "br",
            "em",  # the merchant’s own asterisks are a mark
        }  # fmt: skip
        assert {lead.split("/")[2] for lead in seen.leads} == {"shop.example"}
        private = "\ue000\ue001"
        assert words(name).strip(private) in words(seen.text), name
        assert words(name) in words(plain.get_content()), name
        assert "49" not in words(seen.text).replace(words(TYPED), "")
    mara = await desk_of(cast.mara)
    draft = await drafted(Plan(segments=(group.uid,)), cast.mara, key=EVIL[4])
    await editing.say(
        1, draft.uid, Message(*EVIL[3:6]), ContactTopic.OTHER, version=draft.version, by=cast.mara
    )
    here, other = f"/admin/campaigns/{made.uid}", f"/admin/campaigns/{draft.uid}"
    pages = (
        "/admin/campaigns", here, f"{here}/report", f"{here}?only=delivered", f"{here}/audience/people?why=capped",
        other, *(f"{other}/{step}" for step in ("objective", "audience", "offer", "message", "schedule", "review")),
        *(f"/admin/customers/{person.uid}?tab=messages" for person in crowd[:6]),
    )  # fmt: skip
    for page in pages:
        answer = await mara.get(page)
        assert answer.status_code in (200, 302), page
        seen = Seen(answer.text)
        assert seen.runs == [], page
        assert not [lead for lead in seen.leads if lead.startswith(("javascript:", "data:text"))], page
    names = words((await mara.get(here)).text)
    assert words("&lt;script&gt;alert(1)&lt;/script&gt;") in names
    assert words("{{7*7}}") in names

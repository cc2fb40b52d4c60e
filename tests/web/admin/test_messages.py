"""The Messages tab on a customer's page: what was sent, and never what lets its reader in. PRODUCT B3."""

from db.engine import atomic, run
from db.enums import MailKind, StaffRole
from loyalty import mail
from loyalty.mail import Letter
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import onwards


def tab(cast: Cast, more: str = "") -> str:
    return f"/admin/customers/{cast.ines.uid}?tab=messages{more}"


async def posted(cast: Cast, kind: MailKind, subject: str, key: str) -> None:
    letter = Letter(
        subject=subject, heading=subject, paragraphs=(f"About {subject}.",), why="You are a member."
    )
    async with atomic():
        await mail.post(1, letter, to="ines@example.org", kind=kind, key=key, customer_id=cast.ines.id)


async def test_the_tab_says_what_was_sent_and_what_became_of_it(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    assert "Nothing was sent yet" in (await theo.get(tab(cast))).text
    await posted(cast, MailKind.EXPIRY_NOTICE, "300 points expire", "k1")
    page = (await theo.get(tab(cast))).text
    assert "300 points expire" in page
    assert "You are a member." in page
    assert "Waiting" in page
    await run(
        "UPDATE mails SET state = 'refused', note = '550 no such box', ended_at = created_at WHERE programme_id = 1"
    )
    page = (await theo.get(tab(cast))).text
    assert "Refused" in page
    assert "550 no such box" in page


async def test_a_sign_in_code_is_named_and_never_shown(cast: Cast, desk_of: SignIn) -> None:
    await posted(cast, MailKind.SIGN_IN, "1234 5678 is your code", "k1")
    page = (await (await desk_of(cast.mara)).get(tab(cast))).text
    assert "Sign-in code" in page
    assert "1234" not in page


async def test_pages_turn(cast: Cast, desk_of: SignIn) -> None:
    reader = await desk_of(await factories.staff(1, "Rhea", StaffRole.READ_ONLY))
    for number in range(30):
        await posted(cast, MailKind.EXPIRY_NOTICE, f"Notice {number:02}", f"k{number}")
    first = (await reader.get(tab(cast), htmx=True)).text
    assert "Notice 29" in first
    assert "Notice 04" not in first
    assert "<html" not in first
    second = (await reader.get(onwards(first))).text
    assert "Notice 04" in second
    assert "Notice 29" not in second
    assert (await reader.get(tab(cast, "&at=broken"))).status_code == 422


async def test_another_shops_customer_is_not_found(cast: Cast, desk_of: SignIn) -> None:
    assert (await (await desk_of(cast.nils, cast.other_programme_id)).get(tab(cast))).status_code == 404

"""One person's letter: the message with their values, and links that tell us they were followed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from db.enums import ContactChannel
from loyalty import languages
from loyalty.campaigns import clicks, explaining, markup, opening
from loyalty.campaigns.markup import Link, Written
from loyalty.campaigns.stored import Campaign, Message
from loyalty.campaigns.values import Reader
from loyalty.errors import Invalid
from loyalty.languages import Language
from loyalty.languages import message as _
from loyalty.mail import Button, Letter
from loyalty.programmes import Programme
from loyalty.rules.campaigns import fields
from loyalty.rules.campaigns.fields import Part, Values
from loyalty.settings import settings

ASKING = _("Why did you get this?")


@dataclass(frozen=True, slots=True)
class Text:
    """A message read once, for any number of people."""

    subject: tuple[Part, ...]
    preheader: tuple[Part, ...]
    body: Written
    links_before: int = 0
    """Links of the campaign's other message, so that each has a number of its own."""

    @property
    def needed(self) -> frozenset[str]:
        """The fields whose values it needs."""
        return frozenset(field.name for field in self.fields)

    @property
    def fields(self) -> tuple[fields.Field, ...]:
        return (*fields.fields(self.subject), *fields.fields(self.preheader), *self.body.fields)


def text(message: Message, questions: Iterable[str], *, links_before: int = 0) -> Text:
    """The message in parts. Raises Invalid naming the field for what can't be read."""
    known = tuple(questions)
    return Text(
        _parts("subject", message.subject, known),
        _parts("preheader", message.preheader, known),
        markup.read(message.body, known),
        links_before,
    )


def language_of(programme: Programme) -> Language:
    """A campaign is written in the programme's language, whatever its reader's is."""
    return languages.choose(programme.locale)


def letter(
    programme: Programme,
    campaign: Campaign,
    said: Text,
    reader: Reader,
    channel: ContactChannel = ContactChannel.EMAIL,
) -> Letter:
    """What this person gets by a channel. Raises MissingValue."""

    def address(number: int, link: Link) -> str:
        return (
            f"{settings().base_url}{clicks.path(programme, campaign, reader.uid, said.links_before + number)}"
        )

    because = Button(
        language_of(programme).gettext(ASKING),
        explaining.path(programme, campaign, reader.uid, channel),
    )
    measured = reader.measured and channel is ContactChannel.EMAIL
    pixel = opening.path(programme, campaign, reader.uid) if measured else ""
    return replace(drawn(programme, said, reader.values, address), because=because, pixel=pixel)


def sample(programme: Programme, said: Text, values: Values) -> Letter:
    """The same to look at: its links lead straight where they lead. Raises MissingValue."""
    return drawn(programme, said, values, lambda number, link: clicks.whole(link.target))


def drawn(programme: Programme, said: Text, values: Values, address: markup.Address) -> Letter:
    language = language_of(programme)
    say = language.gettext
    subject = fields.fill(said.subject, values)
    html, plain = said.body.filled(values, address)
    return Letter(
        subject=subject,
        heading=subject,
        preview=fields.fill(said.preheader, values),
        body=html,
        body_text=plain,
        why=say(_("You get this because you agreed to e-mails of %(shop)s."), shop=programme.name),
        language=language.tag,
    )


def _parts(name: str, line: str, questions: Iterable[str]) -> tuple[Part, ...]:
    try:
        return fields.read(line, questions)
    except Invalid as wrong:
        raise Invalid(str(wrong), field=name) from wrong

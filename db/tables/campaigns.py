from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Campaign(Table, tablename="campaigns"):
    """A message, with or without an offer, to some people; quiet hours in minutes.

    `held_out` and `broadcast` in basis points: who gets nothing, and who gets the general message instead.
    `channels` are words of ContactChannel in its order; `why` tells members why they get it.
    `gathered_to` is the last customer whose place in it is decided; None: nobody's is yet.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    name = Text()
    objective = Text()
    state = Text()
    everybody = Boolean(default=False)
    topic = Text()
    channels = Text(default="email")
    why = Text(default="")
    offer = JSONB()
    subject = Text(default="")
    preheader = Text(default="")
    body = Text(default="")
    seed = Text()
    held_out = BigInt()
    broadcast = BigInt(default=0)
    general_subject = Text(default="")
    general_body = Text(default="")
    quiet_from = BigInt()
    quiet_until = BigInt()
    cap_messages = BigInt()
    cap_days = BigInt()
    send_at = Timestamptz(null=True, default=None)
    gathered_to = BigInt(null=True, default=None)
    gathered = Boolean(default=False)
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    note = Text(default="")
    actor_name = Text()
    version = BigInt(default=1)
    created_at = Timestamptz()
    automation_id = BigInt(null=True, default=None)


class CampaignSegment(Table, tablename="campaign_segments"):
    """A segment whose people get a campaign, in the order of priority, or are kept out of it."""

    programme_id = BigInt()
    campaign_id = BigInt()
    segment_id = BigInt(primary_key=True)
    excluded = Boolean()
    position = BigInt()


class CampaignLink(Table, tablename="campaign_links"):
    """Where a link of a message leads. Links in mails name it by number; `arm` says in which message it is.

    `clicks` and `people` are counted as they follow it.
    """

    programme_id = BigInt()
    campaign_id = BigInt()
    number = BigInt(primary_key=True)
    target = Text()
    label = Text()
    arm = Text(default="treatment")
    clicks = BigInt(default=0)
    people = BigInt(default=0)


class CampaignRecipient(Table, tablename="campaign_recipients"):
    """One person of a campaign: by which segment, in which arm, and what became of it.

    `measured`: they agreed that it is measured whether they open their mails. `read_at`: they opened the message in
    the portal. `call_state` is what became of their text, once it has ended.
    """

    programme_id = BigInt()
    campaign_id = BigInt()
    customer_id = BigInt(primary_key=True)
    segment_id = BigInt(null=True, default=None)
    arm = Text(null=True, default=None)
    state = Text()
    reason = Text(default="")
    note = Text(default="")
    mail_id = BigInt(null=True, default=None)
    message_id = BigInt(null=True, default=None)
    call_id = BigInt(null=True, default=None)
    tries = BigInt(default=0)
    posted_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    clicked_at = Timestamptz(null=True, default=None)
    measured = Boolean(default=False)
    opened_at = Timestamptz(null=True, default=None)
    opens = BigInt(default=0)
    read_at = Timestamptz(null=True, default=None)
    call_state = Text(default="")


class CampaignClick(Table, tablename="campaign_clicks"):
    """Somebody followed a link. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    campaign_id = BigInt()
    customer_id = BigInt()
    number = BigInt()
    at = Timestamptz()


class CampaignTally(Table, tablename="campaign_tallies"):
    """How many people of a campaign are where; kept by the database as their places change. `arm` empty: none.

    `opens` is how often in all; the others count people, `texts_taken` those whose text was handed over.
    """

    programme_id = BigInt()
    campaign_id = BigInt(primary_key=True)
    arm = Text()
    state = Text()
    reason = Text()
    people = BigInt()
    clicked = BigInt()
    measured = BigInt(default=0)
    opened = BigInt(default=0)
    opens = BigInt(default=0)
    mails = BigInt(default=0)
    messages = BigInt(default=0)
    messages_read = BigInt(default=0)
    texts = BigInt(default=0)
    texts_taken = BigInt(default=0)
    texts_refused = BigInt(default=0)


class CampaignResult(Table, tablename="campaign_results"):
    """What a campaign had done when it was last counted."""

    programme_id = BigInt()
    campaign_id = BigInt(primary_key=True)
    found = JSONB()
    counted_at = Timestamptz()


class CampaignCode(Table, tablename="campaign_codes"):
    """A code of the shop's, brought for a campaign; `customer_id` is whom it was given to.

    From `valid_until` on the shop takes it no more.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    campaign_id = BigInt()
    code = Text()
    code_key = Text()
    customer_id = BigInt(null=True, default=None)
    given_at = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)

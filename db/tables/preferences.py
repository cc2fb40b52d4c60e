from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class PreferenceQuestion(Table, tablename="preference_questions"):
    """A question and its working copy; members see the wording that was published last."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    key = Text()
    section = Text()
    kind = Text()
    role = Text(default="")
    status = Text()
    position = BigInt()
    title = Text()
    help = Text(default="")
    purpose = Text(default="")
    options = JSONB()
    boost_percent = BigInt(null=True, default=None)
    wording_id = BigInt(null=True, default=None)
    version = BigInt(default=1)
    created_at = Timestamptz()


class PreferenceWording(Table, tablename="preference_wordings"):
    """One published version of a question's words. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    question_id = BigInt()
    number = BigInt()
    title = Text()
    help = Text()
    purpose = Text()
    options = JSONB()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    published_at = Timestamptz()


class PreferenceAnswer(Table, tablename="preference_answers"):
    """That somebody answered or withdrew, when, how, and to which wording. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    question_id = BigInt()
    wording_id = BigInt()
    verb = Text()
    source = Text()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    at = Timestamptz()


class PreferenceContent(Table, tablename="preference_contents"):
    """What was answered. Never rewritten; erasing the person deletes it."""

    programme_id = BigInt()
    answer_id = BigInt(primary_key=True)
    customer_id = BigInt()
    options = JSONB()
    body = Text(default="")


class PreferenceCurrent(Table, tablename="preference_current"):
    """Which answer stands; a withdrawn one has no row."""

    programme_id = BigInt()
    customer_id = BigInt()
    question_id = BigInt(primary_key=True)
    answer_id = BigInt()


class PreferenceChoice(Table, tablename="preference_choices"):
    """A customer who chose an option, as segments and filters ask for it."""

    programme_id = BigInt()
    question_key = Text()
    option_key = Text()
    customer_id = BigInt(primary_key=True)
    at = Timestamptz()


class ContactChoice(Table, tablename="contact_choices"):
    """What may be sent to a customer, one row each; None where they were never asked."""

    programme_id = BigInt()
    customer_id = BigInt(primary_key=True)
    email = Boolean(null=True, default=None)
    sms = Boolean(null=True, default=None)
    portal = Boolean(null=True, default=None)
    weekly_digest = Boolean(null=True, default=None)
    new_rewards = Boolean(null=True, default=None)
    big_sales = Boolean(null=True, default=None)
    paused_until = Timestamptz(null=True, default=None)
    opens = Boolean(null=True, default=None)
    changed_at = Timestamptz()


class ProfileCompletion(Table, tablename="profile_completions"):
    """That a customer completed their profile: once, for ever (PRODUCT L2)."""

    programme_id = BigInt()
    customer_id = BigInt(primary_key=True)
    points = BigInt()
    at = Timestamptz()


class SurprisePrize(Table, tablename="surprise_prizes"):
    """Something the pool of birthday surprises may give: points or a reward."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    name = Text()
    weight = BigInt()
    stock = BigInt(null=True, default=None)
    points = BigInt(null=True, default=None)
    reward_id = BigInt(null=True, default=None)
    status = Text()
    version = BigInt(default=1)
    created_at = Timestamptz()


class SurpriseDraw(Table, tablename="surprise_draws"):
    """A customer's one draw, with everything needed to draw it again. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    seed = Text()
    pool = JSONB()
    total = BigInt()
    ticket = BigInt()
    prize_id = BigInt()
    entry_id = BigInt(null=True, default=None)
    issued_reward_id = BigInt(null=True, default=None)
    at = Timestamptz()

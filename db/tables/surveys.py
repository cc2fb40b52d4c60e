from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Survey(Table, tablename="surveys"):
    """A quiz, poll, challenge or pledge and its working copy; members see the edition that was published last."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    key = Text()
    kind = Text()
    status = Text()
    title = Text()
    definition = JSONB()
    edition_id = BigInt(null=True, default=None)
    opens_at = Timestamptz(null=True, default=None)
    closes_at = Timestamptz(null=True, default=None)
    version = BigInt(default=1)
    created_at = Timestamptz()


class SurveyEdition(Table, tablename="survey_editions"):
    """One published version. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    survey_id = BigInt()
    number = BigInt()
    definition = JSONB()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    published_at = Timestamptz()


class SurveyResponse(Table, tablename="survey_responses"):
    """One customer's part in one survey."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    survey_id = BigInt()
    edition_id = BigInt()
    customer_id = BigInt()
    state = Text()
    outcome = Text(null=True, default=None)
    answers = JSONB()
    started_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    version = BigInt(default=1)


class SurveyAward(Table, tablename="survey_awards"):
    """What taking part gave, once. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    survey_id = BigInt()
    customer_id = BigInt()
    outcome = Text()
    points = BigInt()
    entry_id = BigInt(null=True, default=None)
    issued_reward_id = BigInt(null=True, default=None)
    at = Timestamptz()

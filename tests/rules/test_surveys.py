"""What a quiz leads to, what a definition refuses, when a challenge is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.enums import GoalKind, ResponseState, SurveyKind
from loyalty.errors import Invalid
from loyalty.rules.surveys.definitions import Definition, Goal, Outcome, checked
from loyalty.rules.surveys.goals import Progress, ends, state
from loyalty.rules.surveys.scoring import next_question, result, totals, valid_answers
from tests import surveying

LOAF = checked(surveying.LOAF)
CUP = Definition(
    kind=SurveyKind.PLEDGE,
    title="Bring your own cup",
    promise="I bring my own cup",
    outcomes=(Outcome("Kept", points=150),),
    goal=Goal(GoalKind.ORDERS, 5, days=30, tag="own-cup"),
)
NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_every_part_gets_a_key_of_its_own_that_other_words_do_not_change():
    first, second = LOAF.questions
    assert (first.key, [option.key for option in first.options]) == ("when_do_you_bake", ["at_dawn", "never"])
    reworded = checked(replace(LOAF, questions=(replace(first, title="When do you bake bread?"), second)))
    assert reworded.questions[0].key == "when_do_you_bake"
    assert [
        each.key for each in checked(replace(LOAF, questions=(first, replace(first, key="")))).questions
    ] == [
        "when_do_you_bake",
        "when_do_you_bake_2",
    ]


def test_a_definition_reads_back_what_it_wrote():
    assert Definition.from_dict(LOAF.to_dict()) == LOAF
    assert Definition.from_dict(checked(CUP).to_dict()) == checked(CUP)


def test_the_highest_total_wins():
    answers = {"when_do_you_bake": "never", "crust_or_crumb": "crumb"}
    assert totals(LOAF, answers) == {"sourdough_purist": 0, "routine_seeker": 3}
    assert result(LOAF, answers).segment == "Routine Seekers"


def test_a_tie_goes_to_the_outcome_that_stands_first():
    answers = {"when_do_you_bake": "at_dawn", "crust_or_crumb": "crumb"}
    assert set(totals(LOAF, answers).values()) == {2}
    assert result(LOAF, answers).title == "Sourdough purist"


def test_an_unfinished_quiz_has_no_result_and_says_which_answer_is_missing():
    assert next_question(LOAF, {}) == LOAF.questions[0]
    with pytest.raises(Invalid, match="Crust or crumb"):
        result(LOAF, {"when_do_you_bake": "never"})


def test_answers_that_this_edition_does_not_know_are_left_out():
    assert valid_answers(
        LOAF, {"when_do_you_bake": "at_noon", "gone": "never", "crust_or_crumb": "crust"}
    ) == {"crust_or_crumb": "crust"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(LOAF, title=" "), "title"),
        (replace(LOAF, outcomes=LOAF.outcomes[:1]), "outcomes"),
        (replace(LOAF, questions=()), "questions"),
        (replace(LOAF, questions=(replace(LOAF.questions[0], title=""),)), "questions.0.title"),
        (replace(LOAF, questions=(replace(LOAF.questions[0], options=()),)), "questions.0.options"),
        (replace(LOAF, outcomes=(Outcome("A", points=-1), Outcome("B"))), "outcomes.0.points"),
        (replace(CUP, promise=""), "promise"),
        (replace(CUP, goal=None), "goal.target"),
        (replace(CUP, goal=Goal(GoalKind.ORDERS, 0)), "goal.target"),
        (replace(CUP, goal=Goal(GoalKind.REVIEWS, 2, tag="bread")), "goal.category"),
        (replace(CUP, goal=Goal(GoalKind.ORDERS, 2, days=0)), "goal.days"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(wrong: Definition, field: str):
    with pytest.raises(Invalid) as refused:
        checked(wrong)
    assert refused.value.field == field


def test_taking_part_ends_with_the_last_day_of_the_window_or_when_it_closes():
    assert ends(Goal(GoalKind.ORDERS, 5, days=1), START, None, NEW_YORK) == datetime(
        2026, 3, 3, 5, tzinfo=UTC
    )
    closes = START + timedelta(hours=3)
    assert ends(Goal(GoalKind.ORDERS, 5, days=30), START, closes, NEW_YORK) == closes
    assert ends(Goal(GoalKind.ORDERS, 5), START, None, NEW_YORK) is None


def test_a_goal_is_open_until_it_is_reached_or_missed():
    end = START + timedelta(days=1)
    assert state(Progress(4, 5), end, START) is ResponseState.OPEN
    assert state(Progress(5, 5), end, end) is ResponseState.DONE
    assert state(Progress(4, 5), end, end) is ResponseState.MISSED
    assert (Progress(7, 5).percent, Progress(-1, 5).shown) == (100, 0)

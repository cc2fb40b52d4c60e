"""Answers stand as the history says, and what they earned is in the ledger (PRODUCT L)."""

from loyalty.ledger.invariants.invariant import Invariant, same_person

INVARIANTS = (
    Invariant(
        "standing_answer_is_the_latest",
        "The answer that stands is the customer's latest to its question, and was given, not withdrawn.",
        """SELECT 'answer ' || a.uid AS offender FROM preference_current p
            JOIN preference_answers a ON a.programme_id = {0} AND a.id = p.answer_id
            WHERE p.programme_id = {0} AND (a.verb <> 'given' OR a.customer_id <> p.customer_id
                OR a.question_id <> p.question_id OR EXISTS (
                    SELECT 1 FROM preference_answers later WHERE later.programme_id = {0}
                        AND later.customer_id = p.customer_id AND later.question_id = p.question_id
                        AND later.id > a.id))""",
    ),
    Invariant(
        "choice_has_its_answer",
        "Segments count a choice only where the answer that stands, or the part taken in a survey, made it.",
        """SELECT 'choice ' || c.question_key || ':' || c.option_key || ' of ' || c.customer_id AS offender
            FROM preference_choices c
            LEFT JOIN preference_questions q ON q.programme_id = {0} AND q.key = c.question_key
            LEFT JOIN preference_current p ON p.programme_id = {0} AND p.customer_id = c.customer_id
                AND p.question_id = q.id
            WHERE c.programme_id = {0} AND p.answer_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM surveys s JOIN survey_responses r ON r.programme_id = {0} AND r.survey_id = s.id
                WHERE s.programme_id = {0} AND s.key = c.question_key AND r.customer_id = c.customer_id
                  AND (r.outcome = c.option_key OR (r.outcome IS NULL AND c.option_key = 'started')))""",
    ),
    Invariant(
        "draw_gave_its_prize",
        "Every birthday surprise gave its customer what was drawn: its points, or its reward.",
        f"""SELECT 'draw ' || d.uid AS offender FROM surprise_draws d
            LEFT JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = d.entry_id
            LEFT JOIN issued_rewards i ON i.programme_id = {{0}} AND i.id = d.issued_reward_id
            WHERE d.programme_id = {{0}} AND NOT
                {same_person("coalesce(e.customer_id, i.customer_id, 0)", "d.customer_id")}""",
    ),
)

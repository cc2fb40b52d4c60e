"""Jobs, inbound events and undone actions: each once, each in a state that makes sense."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "job_state_has_its_moment",
        "A leased job has a lease, a finished one its time, and no other job has either.",
        """SELECT 'job ' || name || ' ' || CAST(id AS TEXT) AS offender FROM jobs WHERE programme_id = {0}
            AND ((state = 'leased') <> (lease_until IS NOT NULL) OR (state = 'done') <> (done_at IS NOT NULL))""",
    ),
    Invariant(
        "job_waits_once",
        "Of each deduplicated job at most one waits or runs.",
        """SELECT 'job ' || j.name || ' ' || CAST(j.id AS TEXT) AS offender FROM jobs j
            JOIN (SELECT dedupe_key FROM jobs WHERE programme_id = {0} AND dedupe_key IS NOT NULL
                    AND state IN ('ready', 'leased') GROUP BY dedupe_key HAVING count(*) > 1) twice
                ON twice.dedupe_key = j.dedupe_key
            WHERE j.programme_id = {0} AND j.state IN ('ready', 'leased')""",
    ),
    Invariant(
        "event_is_stored_once",
        "Each delivery of a platform is stored once.",
        """SELECT 'event ' || e.topic || ' ' || e.delivery_id AS offender FROM inbound_events e
            JOIN (SELECT store_id, delivery_id FROM inbound_events WHERE programme_id = {0}
                GROUP BY store_id, delivery_id HAVING count(*) > 1) twice
                ON twice.store_id = e.store_id AND twice.delivery_id = e.delivery_id
            WHERE e.programme_id = {0}""",
    ),
    Invariant(
        "event_is_applied_or_explained",
        "An event that isn't new says when it was dealt with, and if it was ignored or gave up, why.",
        """SELECT 'event ' || topic || ' ' || delivery_id AS offender FROM inbound_events WHERE programme_id = {0}
            AND (state NOT IN ('new', 'done', 'ignored', 'dead') OR (state = 'new') <> (applied_at IS NULL)
                OR (state IN ('ignored', 'dead') AND note = ''))""",
    ),
    Invariant(
        "action_is_undone_once",
        "No action was undone twice, and only actions that can be.",
        """SELECT 'action ' || a.uid AS offender FROM actions u
            JOIN actions a ON a.programme_id = {0} AND a.id = u.undoes_id
            WHERE u.programme_id = {0} AND u.undoes_id IS NOT NULL
            GROUP BY a.uid HAVING count(*) > 1 OR sum(CASE WHEN a.undo IS NULL THEN 1 ELSE 0 END) > 0""",
    ),
)

from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Batch(Table, tablename="batches"):
    """One change of many people: what, who asked, how far it is; `added` and `taken` in points.

    `digest` is that of the file it came from. `actor_id` 0: the system, at the terminal.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    kind = Text()
    args = JSONB()
    state = Text()
    total = BigInt()
    done = BigInt(default=0)
    refused = BigInt(default=0)
    undone = BigInt(default=0)
    kept = BigInt(default=0)
    action_id = BigInt(null=True, default=None)
    key = Text()
    actor_kind = Text(default="staff")
    actor_id = BigInt()
    actor_name = Text()
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    digest = Text(null=True, default=None)
    added = BigInt(default=0)
    taken = BigInt(default=0)


class BatchPerson(Table, tablename="batch_people"):
    """One of a batch's people; `note` says why not, `action_id` is the action that changed them.

    `asked` is what a file says of this person, where the batch came from one.
    """

    programme_id = BigInt()
    batch_id = BigInt(primary_key=True)
    customer_id = BigInt()
    state = Text()
    action_id = BigInt(null=True, default=None)
    note = Text(default="")
    asked = JSONB(null=True, default=None)

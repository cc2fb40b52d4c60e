from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Endpoint(Table, tablename="endpoints"):
    """Where a programme's messages are handed to; `secret` is closed with the secret key."""

    programme_id = BigInt(primary_key=True)
    url = Text()
    secret = Text()
    previous_secret = Text(null=True, default=None)
    previous_until = Timestamptz(null=True, default=None)
    set_at = Timestamptz()
    actor_name = Text()
    version = BigInt(default=1)


class EndpointCall(Table, tablename="endpoint_calls"):
    """One signed event for an endpoint; `data` is emptied once its way is over."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt(null=True, default=None)
    type = Text()
    dedupe_key = Text()
    data = JSONB()
    topic = Text(default="other")
    state = Text()
    note = Text(default="")
    good_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)

from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class ApiKey(Table, tablename="api_keys"):
    """A key of the REST API. Only its hash is kept; `hint` is its beginning, by which people know it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    name = Text()
    key_hash = Text()
    hint = Text()
    scopes = JSONB()
    store_id = BigInt(null=True, default=None)
    created_by = Text()
    created_at = Timestamptz()
    last_used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class ApiAnswer(Table, tablename="api_answers"):
    """What a request with an Idempotency-Key was answered, for whoever sends it again. Kept for a day."""

    programme_id = BigInt()
    key_id = BigInt()
    idempotency_key = Text(primary_key=True)
    asked = Text()
    status = BigInt()
    body = JSONB()
    created_at = Timestamptz()

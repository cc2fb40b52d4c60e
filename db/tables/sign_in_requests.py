from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class SignInRequest(Table, tablename="sign_in_requests"):
    """A browser that asked for a code by e-mail. PRODUCT O2."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    browser_hash = Text()
    code_hash = Text()
    link_hash = Text()
    email = Text()
    email_key = Text()
    tries = BigInt(default=0)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class SpentToken(Table, tablename="spent_tokens"):
    """A shop's token that has signed somebody in; kept until it would be refused for its age."""

    programme_id = BigInt()
    token_hash = Text(primary_key=True)
    expires_at = Timestamptz()

"""Refusals. Each is a sentence a shopkeeper understands; web/errors.py maps `status` once."""


class LoyaltyError(Exception):
    """A verb said no. `str(error)` is the sentence shown to the person.

    `status` is the HTTP status an answer carries; `field` names the form field it belongs to, if any.
    """

    status = 409
    field: str | None = None

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        if field is not None:
            self.field = field


class NotFound(LoyaltyError):
    """No such thing in this programme."""

    status = 404


class Invalid(LoyaltyError):
    """The input can't be right, whatever the state of the ledger."""

    status = 422


class NotAllowed(LoyaltyError):
    """The actor's role or limit doesn't cover this."""

    status = 403


class Stale(LoyaltyError):
    """Somebody else changed it since it was read."""

    status = 409


class NotEnoughPoints(LoyaltyError):
    """A debit is larger than what is available. `available` is the largest possible, in points."""

    status = 422

    def __init__(self, sentence: str, *, available: int) -> None:
        super().__init__(sentence, field="points")
        self.available = available


class NotAMember(LoyaltyError):
    """A guest or a left customer can't do this."""

    status = 409


class AlreadyDone(LoyaltyError):
    """Two people acted at once and this is the second. PRODUCT A2."""

    status = 409


class KeyReused(LoyaltyError):
    """The same idempotency key came with another body."""

    status = 409


class Merged(LoyaltyError):
    """The record became part of another one of the same person (PRODUCT B6); `uid` is the one that was kept."""

    status = 409

    def __init__(self, sentence: str, *, uid: str) -> None:
        super().__init__(sentence)
        self.uid = uid


class Busy(LoyaltyError):
    """The database could not take the write now; nothing was changed."""

    status = 503

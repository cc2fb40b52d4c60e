"""Which errors are refusals that a person can read, and which are bugs."""


class Refusal(Exception):
    """The command line's own no. The text is the sentence."""


def sentence_of(error: Exception) -> str | None:
    """The one sentence to print, None for what isn't a refusal."""
    from db.engine import Contention, PoolExhausted, Refused
    from db.migrate import NewerSchema
    from loyalty.errors import LoyaltyError
    from loyalty.settings import BadSettings

    if isinstance(error, Refusal | LoyaltyError | NewerSchema):
        return str(error)
    if isinstance(error, BadSettings):
        return f"The settings can't be used. {error}"
    if isinstance(error, Contention | PoolExhausted):
        return "The database is busy; nothing was changed. Try again."
    if isinstance(error, Refused):
        return f"The database refused this: {error}"
    if isinstance(error, OSError):
        return f"{error.filename or 'The system'}: {error.strerror or error}."
    return None

"""What a database can say besides an answer, the same on both engines."""


class Contention(Exception):
    """Somebody else holds what this statement needs; nothing was changed. Running it again may work."""


class PoolExhausted(Contention):
    """No connection became free in time. Trying again at once would only add to the queue."""


class Refused(Exception):
    """A constraint or trigger of the schema said no. The text names it."""

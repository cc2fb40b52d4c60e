"""A purchase at the counter: its receipt counts once. PRODUCT E5."""

import hashlib

from loyalty.errors import Invalid

LONGEST = 40
MOST_ATTEMPTS = 20
"""How often one receipt can be counted again after it was taken back."""


def checked(receipt: str, key: str) -> str:
    """The receipt's number as it names the order; without one, a name made of the form's key.

    Raises Invalid when it is too long to be one.
    """
    number = " ".join(receipt.split())
    if len(number) > LONGEST:
        raise Invalid(f"A receipt number has up to {LONGEST} characters.", field="receipt")
    return number or "Till " + hashlib.sha256(key.encode()).hexdigest()[:8].upper()


def attempts(number: str) -> tuple[str, ...]:
    """The names a receipt's orders have at the store: itself, and again after it was taken back."""
    return (number, *(f"{number}/{again}" for again in range(2, MOST_ATTEMPTS + 1)))

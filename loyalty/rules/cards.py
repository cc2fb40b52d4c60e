"""Card numbers: what a member's card carries, as digits and as a QR code. PRODUCT E5.

Twelve digits, the last of which checks the others (Luhn, as on bank cards): one digit mistyped, or two
neighbours swapped, is never somebody else's card. The eleven others are random.
"""

from loyalty.errors import Invalid

LENGTH = 12
_GROUP = 4
_SEPARATORS = " -.\u00a0\u202f"


def with_check_digit(digits: str) -> str:
    """The digits of a card number without its last, and that last digit behind them."""
    return digits + str(-_luhn(digits + "0") % 10)


def is_whole(number: str) -> bool:
    """Whether this is a card number that nobody mistyped: twelve digits that agree with the last."""
    return len(number) == LENGTH and _digits_only(number) and _luhn(number) % 10 == 0


def scanned(text: str) -> str:
    """The digits of a card number as typed, printed in groups, or scanned.

    Raises Invalid when it can't be a card number. Numbers given before there were check digits pass:
    whether there is such a card, the database says.
    """
    number = "".join(char for char in text.strip() if char not in _SEPARATORS)
    if len(number) != LENGTH or not _digits_only(number):
        raise Invalid(f"A card number has {LENGTH} digits.", field="card")
    return number


def printed(number: str) -> str:
    """A card number as it stands on the card: “4929 1804 2216”."""
    return " ".join(number[start : start + _GROUP] for start in range(0, len(number), _GROUP))


def _digits_only(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _luhn(number: str) -> int:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return doubled + sum(int(digit) for digit in number[-1::-2])

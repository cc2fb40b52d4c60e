"""Stamp programmes: a balance of stamps read as cards. PRODUCT I4."""

from dataclasses import dataclass

from loyalty.errors import Invalid

MOST_STAMPS = 100


@dataclass(frozen=True, slots=True)
class Cards:
    """A balance as cards: full ones, stamps on the open card and stamps it still needs."""

    size: int
    full: int
    on_open_card: int

    @property
    def missing(self) -> int:
        """Stamps until the next card is full."""
        return self.size - self.on_open_card


@dataclass(frozen=True, slots=True)
class ResizePreview:
    """What changing the card size does: members who gain or lose full cards, and how many in all."""

    members: int
    gaining: int
    losing: int
    full_before: int
    full_after: int


def checked_size(size: int) -> int:
    """A usable card size. Raises Invalid outside 2 to 100."""
    if not 2 <= size <= MOST_STAMPS:
        raise Invalid(f"A card has 2 to {MOST_STAMPS} stamps.", field="stamp_card_size")
    return size


def cards(stamps: int, size: int) -> Cards:
    """Cards = stamps // size. Owed stamps leave an empty card."""
    full, rest = divmod(max(0, stamps), checked_size(size))
    return Cards(size, full, rest)

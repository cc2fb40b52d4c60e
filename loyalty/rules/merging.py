"""Which two records may become one, and which values are kept. PRODUCT B6."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.enums import CustomerType
from loyalty.errors import AlreadyDone, Invalid


class MergeField(StrEnum):
    """What both records may say differently."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    BIRTHDAY = "birthday"


COLUMNS: Mapping[MergeField, tuple[str, ...]] = {
    MergeField.NAME: ("first_name", "last_name"),
    # Consent and proof are about the address, so they go where it goes.
    MergeField.EMAIL: ("email", "email_key", "email_verified_at", "accepts_email"),
    MergeField.PHONE: ("phone",),
    MergeField.BIRTHDAY: ("birth_month", "birth_day", "birth_year", "birthday_changed_at"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `row` holds the columns of COLUMNS and what is added up."""

    id: int
    name: str
    type: CustomerType
    erased: bool
    merged: bool
    row: Mapping[str, Any]

    def has(self, field: MergeField) -> bool:
        """Whether this record says anything there."""
        return bool(self.row[COLUMNS[field][0]]) or bool(
            self.row[COLUMNS[field][-1]] and field is MergeField.NAME
        )

    def said(self, field: MergeField) -> tuple[Any, ...]:
        """What it says, to compare and to show."""
        of = {MergeField.EMAIL: ("email",), MergeField.BIRTHDAY: ("birth_month", "birth_day", "birth_year")}
        return tuple(self.row[name] for name in of.get(field, COLUMNS[field]))


def refuse(kept: Side, gone: Side, *, invited: bool) -> None:
    """Return when `gone` may become part of `kept`.

    `invited`: one of them invited the other, and that referral still counts. Raises Invalid, AlreadyDone.
    """
    if kept.id == gone.id:
        raise Invalid("A record can't be merged with itself. Choose another one.", field="other")
    if kept.erased or gone.erased:
        raise Invalid("An erased person can't be merged with anybody.", field="other")
    if kept.merged or gone.merged:
        raise AlreadyDone("One of the two was merged already.", field="other")
    if (kept.type is CustomerType.LEFT) is not (gone.type is CustomerType.LEFT):
        left, other = (kept, gone) if kept.type is CustomerType.LEFT else (gone, kept)
        raise Invalid(
            f"{left.name} has left the programme and {other.name} hasn’t. Let {left.name} join first, or"
            f" exclude {other.name}; then merge them.",
            field="other",
        )
    if kept.type is CustomerType.GUEST and gone.type is CustomerType.MEMBER:
        raise Invalid(f"Keep {gone.name}, who is a member; {kept.name} is a guest.", field="other")
    if invited:
        raise Invalid(
            "One of them invited the other, and nobody can invite themselves. Cancel that referral first.",
            field="other",
        )


def differing(kept: Side, gone: Side) -> tuple[MergeField, ...]:
    """The fields in which both say something, and not the same: somebody must choose."""
    return tuple(
        field
        for field in MergeField
        if kept.has(field) and gone.has(field) and kept.said(field) != gone.said(field)
    )


def combined(kept: Side, gone: Side, taken: frozenset[MergeField]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both records' columns after the merge: `taken` fields come from `gone`, as does what `kept` lacks.

    The address that isn't kept stays on the merged record, so that orders with it still find the person.
    """
    mine, theirs = (
        {name: side.row[name] for names in COLUMNS.values() for name in names} for side in (kept, gone)
    )
    after, rest = dict(mine), dict(theirs)
    for field, names in COLUMNS.items():
        if gone.has(field) and (field in taken or not kept.has(field)):
            after |= {name: theirs[name] for name in names}
            if field is MergeField.EMAIL:
                rest |= {name: mine[name] for name in names}
    rest["accepts_email"] = False
    return after, rest

"""The admin's navigation. A page that is finished adds its line here; nothing links to what isn't there."""

from dataclasses import dataclass

HOME = "/admin"


@dataclass(frozen=True, slots=True)
class Place:
    """One link. `action` (web.permissions) hides it from roles that may not go there.

    `waiting` names what waits there for a decision (loyalty.home.waiting); its count is drawn beside the label.
    """

    label: str
    path: str
    icon: str
    action: str
    waiting: str = ""


NAV: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        "",
        (
            Place("Customers", "/admin/customers", "users", "customers.read"),
            Place("Activities", "/admin/activities/points", "activity", "activities.read"),
        ),
    ),
)
"""Sections with their headings; the first has none."""


def is_here(place: Place, path: str) -> bool:
    """Whether `path` lies under this place."""
    inside = place.path != HOME and path.startswith(place.path + "/")
    return path == place.path or inside

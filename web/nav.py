"""The admin's navigation. A page that is finished adds its line here; nothing links to what isn't there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One link. `action` (web.permissions) hides it from roles that may not go there."""

    label: str
    path: str
    icon: str
    action: str


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
    return path == place.path or path.startswith(place.path + "/")

"""The cast at the counter: the same browsers as in the admin."""

from tests.web.admin.conftest import cast, desk_of

__all__ = ["cast", "desk_of"]

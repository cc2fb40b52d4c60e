from piccolo.columns import BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class SavedView(Table, tablename="saved_views"):
    """A filter and order of the customers list under a name; `query` is its address."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    staff_id = BigInt()
    name = Text()
    query = Text()
    shared = Boolean(default=False)
    created_at = Timestamptz()


class FirstView(Table, tablename="first_views"):
    """The view somebody's list opens with."""

    programme_id = BigInt()
    staff_id = BigInt(primary_key=True)
    view_id = BigInt()

from piccolo.columns import BigInt, Text
from piccolo.table import Table


class EntryTotal(Table, tablename="entry_totals"):
    """What the entries of one kind add up to in a stretch of time: how many, points in, points out (≤ 0).

    `size` and `start` are quarters of an hour, counted from 1990 in UTC: a stretch is 1, 4, 96 or 2,880 of them.
    """

    programme_id = BigInt()
    size = BigInt()
    start = BigInt(primary_key=True)
    kind = Text()
    entries = BigInt()
    credited = BigInt()
    debited = BigInt()


class UncountedEntry(Table, tablename="uncounted_entries"):
    """An entry that the totals don't hold yet."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    kind = Text()
    points = BigInt()

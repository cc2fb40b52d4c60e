"""A CSV file as it is downloaded: made row by row, so that its length costs no memory (PRODUCT B2)."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from loyalty.exports.files import cell

_SIZE = 32_768

# Excel takes a file without this mark for the country's old encoding.
_UTF8_MARK = "\ufeff"


async def pieces(
    headings: Sequence[str], rows: AsyncIterable[Sequence[object]], here: ZoneInfo
) -> AsyncIterator[str]:
    """The file, about 32 KB at a time. Moments are told in the zone `here`; no cell can be taken for a formula."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    text.write(_UTF8_MARK)
    write(headings)
    async for row in rows:
        write([cell(value.astimezone(here) if isinstance(value, datetime) else value) for value in row])
        if text.tell() > _SIZE:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()

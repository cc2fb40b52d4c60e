"""Customer records no row can hold are refused in a sentence, by webhook as by file. PRODUCT N1, N2."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db.engine import value
from loyalty import clock
from loyalty.customers.receiving import receive
from loyalty.errors import Invalid
from loyalty.rules.orders import IncomingCustomer
from tests.cast import assemble
from tests.factories import START


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"created_at": datetime(1960, 1, 1, tzinfo=UTC)}, "This customer is dated 1960-01-01"),
        ({"updated_at": datetime(2059, 1, 1, tzinfo=UTC)}, "This customer's news is dated 2059-01-01"),
        ({"external_id": "7" * 121}, "must have 1 to 120 characters"),
        ({"email": "e\u0301" * 100 + "a" * 100 + "@b.example"}, "at most 254 characters"),
    ],
)
async def test_a_record_outside_the_calendar_or_too_long_is_invalid(
    db: object, told: dict[str, Any], says: str
) -> None:
    cast = await assemble()
    person = IncomingCustomer(
        **{"external_id": "7", "email": "zoe@example.org", "is_registered": True, **told}
    )
    before = await value("SELECT count(*) FROM customers WHERE programme_id = 1")
    with clock.at(START), pytest.raises(Invalid, match=says):
        await receive(1, cast.web.id, person)
    assert await value("SELECT count(*) FROM customers WHERE programme_id = 1") == before

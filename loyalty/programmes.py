"""Programmes: the tenant and its settings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one
from db.enums import ExpiryPolicy, NegativePolicy, ObjectiveMetric, Unit
from loyalty.errors import NotFound
from loyalty.once import asked_once

COLUMNS = (
    "p.uid, p.handle, p.name, p.unit, p.unit_one, p.unit_many, p.time_zone, p.currency, p.locale, p.brand_colour,"
    " p.objective, p.objective_metric, p.logo_digest, p.guest_earning, p.platform_customers_join,"
    " p.hold_days, p.expiry_policy, p.expiry_months, p.expiry_since, p.pause_expiry_while_left,"
    " p.negative_policy, p.stamp_card_size, p.point_value_micros,"
    " p.measures_opens, p.mails_an_hour, p.version"
)
"""What `Programme.from_row` needs, for statements that join `programmes p` in."""


@dataclass(frozen=True, slots=True)
class Programme:
    """One loyalty programme: its unit, tiers, rewards, rules, time zone, currency, locale.

    `point_value_micros` is the value of one point in millionths of a major currency unit (0: not said).
    `expiry_since` is when expiry was last switched on: nothing expires within one period of it (J1).
    `logo_digest` names the logo (loyalty.brand); None: there is none.
    `platform_customers_join`: whoever the shop platform knows as a customer is a member.
    `measures_opens`: whether members who agreed open a campaign's mails. `mails_an_hour`: of campaigns, at most;
    0: as fast as they can be sent.
    """

    id: int
    uid: str
    handle: str
    name: str
    unit: Unit
    unit_one: str
    unit_many: str
    time_zone: str
    currency: str
    locale: str
    brand_colour: str
    objective: str
    objective_metric: ObjectiveMetric
    logo_digest: str | None
    guest_earning: bool
    platform_customers_join: bool
    hold_days: int
    expiry_policy: ExpiryPolicy
    expiry_months: int
    expiry_since: datetime | None
    pause_expiry_while_left: bool
    negative_policy: NegativePolicy
    stamp_card_size: int | None
    point_value_micros: int
    measures_opens: bool
    mails_an_hour: int
    version: int

    @classmethod
    def from_row(cls, programme_id: int, row: dict[str, Any]) -> "Programme":
        values = {name: row[name] for name in cls.__slots__ if name != "id"}
        values["unit"] = Unit(row["unit"])
        values["objective_metric"] = ObjectiveMetric(row["objective_metric"])
        values["expiry_policy"] = ExpiryPolicy(row["expiry_policy"])
        values["negative_policy"] = NegativePolicy(row["negative_policy"])
        return cls(id=programme_id, **values)

    def amount(self, points: int) -> str:
        """A number of points in the programme's words: "1 stamp", "24 points"."""
        return f"{points:,} {self.unit_one if abs(points) == 1 else self.unit_many}"


@asked_once
async def get(programme_id: int) -> Programme:
    """The programme. Raises NotFound."""
    row = await one(f"SELECT {COLUMNS} FROM programmes p WHERE p.programme_id = {{}}", programme_id)
    if row is None:
        raise NotFound("There is no such programme.")
    return Programme.from_row(programme_id, row)


async def find(handle: str | None = None) -> Programme:
    """The programme with this handle, or the only one there is.

    Raises NotFound with what to do about it: name one, or apply a programme file first.
    """
    found = await one(
        "SELECT programme_id, count(*) OVER () AS n FROM programmes WHERE CAST({} AS TEXT) IS NULL OR handle = {}"
        " ORDER BY programme_id LIMIT 1",
        handle,
        handle,
    )
    if found is None:
        wanted = f"There is no programme “{handle}”." if handle else "There is no programme yet."
        raise NotFound(f"{wanted} Create one with: regulars programme apply FILE.toml")
    if found["n"] > 1:
        raise NotFound("There are several programmes; name one with --programme HANDLE.")
    return await get(found["programme_id"])

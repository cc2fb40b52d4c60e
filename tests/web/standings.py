"""Where the fake shop's people stand."""

from datetime import date, timedelta

from db.enums import SegmentKind
from loyalty.rules.segment_distance import Scored, Way
from loyalty.segments.standing import Badge, Standing, Step, ValueStanding
from tests.web.shop import NOW

STANDING = Standing(
    value=ValueStanding(
        uid="uid-at-risk",
        handle="value:at-risk",
        name="At-risk",
        since=NOW - timedelta(days=20),
        as_of=date(2026, 9, 19),
        last_order=date(2026, 7, 18),
        scored=Scored(63, 31, 148620, 2, 4, 5),
        is_old=False,
        is_top=False,
        rule="R at most 2 and F at least 3",
        place=4,
        gap=12,
        scoring="rank",
        purchasers=6318,
        way=Way("Loyalty customers", order=True, days=0, minor=0),
        fall=None,
        tone="warn",
    ),
    badges=(
        Badge(
            uid="uid-risk-loyals",
            handle="at_risk_loyals",
            name="At-Risk Loyals",
            kind=SegmentKind.BEHAVIOURAL,
            description="",
            since=NOW - timedelta(days=9),
            facts={
                "cltv_minor": 91200,
                "cltv_from": 40000,
                "orders_ever": 38,
                "days_ago": 54,
                "lapse_days": 48,
            },
        ),
    ),
    steps=(Step("At-risk", True, NOW - timedelta(days=20), "night"),),
)
NOWHERE = Standing(None, (), ())

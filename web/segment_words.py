"""The words of segments, `segment_words` in templates."""

from calendar import month_name
from dataclasses import dataclass

from db.enums import SegmentKind
from loyalty.rules.segment_declarations import THIS_MONTH
from loyalty.segments.uses import Noun

KINDS = {
    SegmentKind.VALUE: "Value segment",
    SegmentKind.BEHAVIOURAL: "Behavioural segment",
    SegmentKind.DECLARED: "Declared segment",
    SegmentKind.CUSTOM: "Your own segment",
    SegmentKind.STATIC: "List",
}
GROUPS = (
    (SegmentKind.VALUE, "By value", "Everybody is in exactly one, by recency, frequency and money."),
    (SegmentKind.BEHAVIOURAL, "By behaviour", "They may overlap, and their thresholds are yours."),
    (SegmentKind.DECLARED, "By what people told you", "Whoever takes an answer back leaves at once."),
    (SegmentKind.CUSTOM, "Your own", "Built from facts of all kinds."),
    (SegmentKind.STATIC, "Lists", "Whoever was put on them."),
)


@dataclass(frozen=True, slots=True)
class Used:
    """What a use of a segment is called, and the folder of its page."""

    label: str
    path: str


USES = {
    Noun.SEGMENT: Used("A segment", "/admin/segments"),
    Noun.REWARD: Used("A reward", "/admin/rewards"),
    Noun.CUT: Used("A price cut", "/admin/rewards"),
    Noun.RULE: Used("An earning rule", "/admin/earning-rules"),
    Noun.CAMPAIGN: Used("A campaign", "/admin/campaigns"),
    Noun.AUTOMATION: Used("An automation", "/admin/automations"),
}
"""What asks about a segment, and where it is changed."""
TRAITS = {
    "days_ago": "Days since the last order",
    "orders": "Orders ever",
    "spend_minor": "Spent in 24 months",
    "available": "Available",
    "engagement": "Engagement in 90 days",
    "members": "Members",
    "mail": "Accept e-mail",
}

FACTS = {
    "Who they are": {
        "type": "Kind of customer",
        "tier": "Tier",
        "tag": "Customer tag",
        "segment": "Other segment",
        "joined": "Joined, days ago",
        "joined_on": "Joined between two days",
        "store": "Bought at store",
        "birthday": "Birthday",
        "mail": "E-mail consent",
    },
    "What they bought": {
        "orders": "Number of orders",
        "spent": "Money spent",
        "orders_product": "Orders with a product",
        "orders_category": "Orders of a category",
        "orders_tag": "Orders with a product tag",
        "spent_product": "Money spent on a product",
        "spent_category": "Money spent on a category",
        "spent_tag": "Money spent on a product tag",
    },
    "Points and actions": {
        "points": "Points to spend",
        "expiring": "Points that expire",
        "redemptions": "Redemptions",
        "referrals": "Completed referrals",
        "reviews": "Approved reviews",
        "campaigns": "Campaign messages",
    },
    "What they told you": {"preference": "Answer or result"},
}
MONTHS = {THIS_MONTH: "This month"} | {number: month_name[number] for number in range(1, 13)}
COMPARES = {"at_least": "at least", "at_most": "at most", "exactly": "exactly"}
WHENS = {"ever": "ever", "last": "in the last", "dates": "between"}
JOINS = {"all": "All of these", "any": "Any of these", "none": "None of these"}

"""How the words of the programme's own pages look on screen: tiers, expiry, refunds, what is counted."""

from db.enums import (
    ExpiryPolicy,
    NegativePolicy,
    ObjectiveMetric,
    Platform,
    TierDowngrade,
    TierMetric,
    TierWindow,
    Unit,
)

OBJECTIVE_METRICS = {
    ObjectiveMetric.RETURNING: "Who comes back: of those who bought in 30 days, how many had bought before",
    ObjectiveMetric.REDEEMED: "Points redeemed in 30 days, of those issued",
    ObjectiveMetric.JOINED: "Members who joined in 30 days",
}
PLATFORMS = {
    Platform.SHOPIFY: "Shopify",
    Platform.WOOCOMMERCE: "WooCommerce",
    Platform.POS: "Till",
    Platform.API: "Program (API)",
}
UNITS = {Unit.POINTS: "Points", Unit.STAMPS: "Stamps on cards"}
EXPIRY = {
    ExpiryPolicy.NONE: "Never",
    ExpiryPolicy.ROLLING: "So many months after they were earned",
    ExpiryPolicy.INACTIVITY: "So many months after the last earning or redemption",
    ExpiryPolicy.CALENDAR: "On 31 December, after so many months",
}
NEGATIVE = {
    NegativePolicy.ALLOW: "The rest becomes a debt that the next points pay",
    NegativePolicy.BLOCK: "The rest stays due until the next refund of that order",
    NegativePolicy.CLAMP: "The rest is forgiven",
}
TIER_METRICS = {
    TierMetric.SPEND: "Money spent",
    TierMetric.POINTS: "Points earned",
    TierMetric.ORDERS: "Number of orders",
}
TIER_WINDOWS = {
    TierWindow.LIFETIME: "All time",
    TierWindow.CALENDAR_YEAR: "The calendar year",
    TierWindow.ROLLING: "The last so many days",
    TierWindow.ANNIVERSARY: "Each member’s own year since joining",
}
TIER_DOWNGRADES = {
    TierDowngrade.TO_QUALIFIED: "Down to the tier that is reached",
    TierDowngrade.ONE_STEP: "Down one step at a time",
    TierDowngrade.NEVER: "Never down",
}

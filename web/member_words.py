"""How stored words read to a member. Each text is in the catalogues; templates say it in the member's language."""

from db.enums import EarningTrigger, EntryKind, GoalKind, IssuedStatus, ReferralStatus, RewardKind, SurveyKind
from loyalty.languages import Language
from loyalty.languages import message as _
from loyalty.rules.redemptions import Refusal
from loyalty.rules.surveys.definitions import Goal
from web.filters import Formats
from web.words import Look

ENTRIES = {
    EntryKind.EARN_ORDER: Look(_("Order"), "good", "shopping-bag"),
    EntryKind.EARN_ACTION: Look(_("Earned"), "good", "trending-up"),
    EntryKind.BONUS: Look(_("Bonus"), "good", "gift"),
    EntryKind.REFERRAL: Look(_("Invited a friend"), "good", "share-2"),
    EntryKind.TIER_REWARD: Look(_("Welcome to a new tier"), "good", "layers"),
    EntryKind.CAMPAIGN: Look(_("Offer"), "good", "star"),
    EntryKind.ADJUST: Look(_("Manual adjustments"), "accent", "pencil"),
    EntryKind.REDEEM: Look(_("Redeemed"), "note", "gift"),
    EntryKind.REDEEM_REVERSAL: Look(_("Returned"), "note", "undo-2"),
    EntryKind.REFUND_CLAWBACK: Look(_("Refund of an order"), "bad", "rotate-ccw"),
    EntryKind.CLAWBACK_REVERSAL: Look(_("Refund withdrawn"), "good", "undo-2"),
    EntryKind.EXPIRE: Look(_("Expired"), "warn", "hourglass"),
    EntryKind.IMPORT: Look(_("Brought over"), "accent", "import"),
    EntryKind.MERGE: Look(_("From your other account"), "accent", "users"),
    EntryKind.UNDO: Look(_("Corrected"), "accent", "undo-2"),
}

WAYS = {
    EarningTrigger.ORDER: Look(_("With every order"), icon="shopping-bag"),
    EarningTrigger.SIGNUP: Look(_("By joining"), icon="user-plus"),
    EarningTrigger.BIRTHDAY: Look(_("On your birthday"), icon="cake"),
    EarningTrigger.REVIEW: Look(_("By reviewing what you bought"), icon="star"),
    EarningTrigger.REFERRAL: Look(_("By inviting a friend"), icon="share-2"),
    EarningTrigger.SOCIAL_SHARE: Look(_("By sharing"), icon="share-2"),
    EarningTrigger.VISIT: Look(_("By coming by"), icon="store"),
    EarningTrigger.PROFILE: Look(_("By telling us what you like"), icon="user"),
    EarningTrigger.QUIZ: Look(_("By taking a quiz"), icon="circle-check"),
    EarningTrigger.POLL: Look(_("By voting"), icon="circle-check"),
    EarningTrigger.CHALLENGE: Look(_("By finishing a challenge"), icon="badge-check"),
    EarningTrigger.CUSTOM: Look(_("Something special"), icon="star"),
}

REWARDS = {
    RewardKind.AMOUNT_OFF: Look("", "mint", "ticket"),
    RewardKind.PERCENT_OFF: Look("", "rose", "percent"),
    RewardKind.FREE_SHIPPING: Look("", "sky", "truck"),
    RewardKind.FREE_PRODUCT: Look("", "amber", "gift"),
    RewardKind.GIFT_CARD: Look("", "sky", "credit-card"),
    RewardKind.STORE_CREDIT: Look("", "mint", "wallet"),
    RewardKind.EXPERIENCE: Look("", "violet", "sparkles"),
    RewardKind.DONATION: Look("", "rose", "heart-handshake"),
    RewardKind.CUSTOM: Look("", "amber", "gift"),
}

REFUSALS = {
    Refusal.NOT_A_MEMBER: _("For members only"),
    Refusal.NOT_OFFERED: _("Not offered for points now"),
    Refusal.TOO_EARLY: _("Not available yet"),
    Refusal.TOO_LATE: _("No longer available"),
    Refusal.TIER: _("For higher tiers"),
    Refusal.SEGMENT: _("Offered to selected members only"),
    Refusal.STOCK: _("Out of stock"),
    Refusal.LIMIT: _("You have had as many as there are per person"),
}
"""Why a reward can't be had, where it isn't for want of points."""

COPIES = {
    IssuedStatus.OUTSTANDING: Look(_("Ready to use"), "good"),
    IssuedStatus.RESERVED: Look(_("At the till"), "warn"),
    IssuedStatus.USED: Look(_("Used")),
    IssuedStatus.VOID: Look(_("Taken back"), "bad"),
    IssuedStatus.EXPIRED: Look(_("Expired"), "bad"),
}

FRIENDS = {
    ReferralStatus.CLICKED: Look(_("Followed your link")),
    ReferralStatus.PENDING: Look(_("Has the code, hasn’t ordered yet"), "warn"),
    ReferralStatus.COMPLETED: Look(_("Ordered"), "good"),
    ReferralStatus.CANCELLED: Look(_("Didn’t count")),
    ReferralStatus.REVERSED: Look(_("Taken back"), "bad"),
    ReferralStatus.EXPIRED: Look(_("Didn’t order in time")),
    # Why it is held is between the shop and the evidence.
    ReferralStatus.BLOCKED: Look(_("The shop is looking at it"), "warn"),
}

SURVEYS = {
    SurveyKind.QUIZ: Look(_("Quiz"), icon="clipboard-list"),
    SurveyKind.POLL: Look(_("Poll"), icon="list-checks"),
    SurveyKind.CHALLENGE: Look(_("Challenge"), icon="trophy"),
    SurveyKind.PLEDGE: Look(_("Pledge"), icon="leaf"),
}

GOALS = {
    GoalKind.ORDERS: (_("Order once."), _("Order %(n)s times.")),
    GoalKind.ITEMS: (_("Buy one."), _("Buy %(n)s.")),
    GoalKind.SPEND: (_("Spend %(n)s."), _("Spend %(n)s.")),
    GoalKind.REVIEWS: (_("Write a review that we publish."), _("Write %(n)s reviews that we publish.")),
    GoalKind.REFERRALS: (_("Invite a friend who orders."), _("Invite %(n)s friends who order.")),
}

ONLY = _("Only %(what)s counts.")


def goal(language: Language, fmt: Formats, wanted: Goal) -> str:
    """What is to be reached, as a sentence."""
    one, many = GOALS[wanted.kind]
    count = fmt.money(wanted.target) if wanted.kind is GoalKind.SPEND else fmt.num(wanted.target)
    sentence = language.gettext(one if wanted.target == 1 else many)
    only = wanted.category or wanted.tag
    said = sentence % {"n": count} if "%(n)s" in sentence else sentence
    return f"{said} {language.gettext(ONLY, what=only)}" if only else said

"""Every stored table, one module a noun. Statements of services may also name them as SQL text."""

from db.tables.approvals import Approval
from db.tables.audit import Action
from db.tables.automations import Automation, AutomationRun
from db.tables.batches import Batch, BatchPerson
from db.tables.campaigns import (
    Campaign,
    CampaignClick,
    CampaignCode,
    CampaignLink,
    CampaignRecipient,
    CampaignResult,
    CampaignSegment,
    CampaignTally,
)
from db.tables.customers import Customer, CustomerIdentity, CustomerTag, TypeChange
from db.tables.drafts import Draft
from db.tables.dry_runs import DryRun, DryRunCustomer
from db.tables.earning import EarningRule, EarningRuleVersion
from db.tables.endpoints import Endpoint, EndpointCall
from db.tables.events import InboundEvent
from db.tables.jobs import Job
from db.tables.ledger import Account, Allocation, Debt, ExpiryMove, LedgerEntry, Lot
from db.tables.logos import Logo
from db.tables.mail import Mail, MailSuppression
from db.tables.merges import Merge
from db.tables.messages import PortalMessage
from db.tables.multipliers import Multiplier
from db.tables.notes import CustomerEdit, Note
from db.tables.order_bonuses import OrderBonus
from db.tables.orders import LineEarning, Order, OrderLine, Refund
from db.tables.outbox import OutboxRow
from db.tables.preferences import (
    ContactChoice,
    PreferenceAnswer,
    PreferenceChoice,
    PreferenceContent,
    PreferenceCurrent,
    PreferenceQuestion,
    PreferenceWording,
    ProfileCompletion,
    SurpriseDraw,
    SurprisePrize,
)
from db.tables.programmes import Programme
from db.tables.referrals import Referral, ReferralPolicy
from db.tables.reviews import Review
from db.tables.rewards import IssuedReward, Reward
from db.tables.rings import CustomerMark, ReferralMark, RingDecision, RingReferral
from db.tables.seals import AuditSeal, UnsealedAction
from db.tables.segments import (
    Segment,
    SegmentDay,
    SegmentDue,
    SegmentFact,
    SegmentListed,
    SegmentMember,
    SegmentMove,
    SegmentPolicy,
    SegmentState,
    SegmentVersion,
)
from db.tables.sessions import LoginToken, Session
from db.tables.sign_in_attempts import SignInAttempt
from db.tables.sign_in_requests import SignInRequest, SpentToken
from db.tables.staff import Staff
from db.tables.stores import Store
from db.tables.surveys import Survey, SurveyAward, SurveyEdition, SurveyResponse
from db.tables.tiers import CustomerTier, Tier, TierChange, TierPolicy
from db.tables.totals import EntryTotal, UncountedEntry
from db.tables.two_step import RecoveryCode, TwoStepRole
from db.tables.views import FirstView, SavedView

TABLES = (
    AuditSeal,
    UnsealedAction,
    ReferralMark,
    CustomerMark,
    RingDecision,
    RingReferral,
    Approval,
    Action,
    Automation,
    AutomationRun,
    Batch,
    BatchPerson,
    Campaign,
    CampaignClick,
    CampaignCode,
    CampaignLink,
    CampaignRecipient,
    CampaignResult,
    CampaignSegment,
    CampaignTally,
    Customer,
    CustomerIdentity,
    CustomerTag,
    TypeChange,
    DryRun,
    DryRunCustomer,
    Draft,
    EarningRule,
    EarningRuleVersion,
    Endpoint,
    EndpointCall,
    InboundEvent,
    Job,
    Account,
    LedgerEntry,
    Lot,
    Allocation,
    Debt,
    ExpiryMove,
    Multiplier,
    OrderBonus,
    Mail,
    MailSuppression,
    Logo,
    CustomerEdit,
    Merge,
    PortalMessage,
    Note,
    Order,
    OrderLine,
    LineEarning,
    Refund,
    OutboxRow,
    PreferenceQuestion,
    PreferenceWording,
    PreferenceAnswer,
    PreferenceContent,
    PreferenceCurrent,
    PreferenceChoice,
    ContactChoice,
    ProfileCompletion,
    SurprisePrize,
    SurpriseDraw,
    Programme,
    ReferralPolicy,
    Referral,
    Review,
    Reward,
    IssuedReward,
    Segment,
    SegmentDay,
    SegmentDue,
    SegmentFact,
    SegmentListed,
    SegmentMember,
    SegmentMove,
    SegmentPolicy,
    SegmentState,
    SegmentVersion,
    Session,
    LoginToken,
    SignInAttempt,
    SignInRequest,
    SpentToken,
    Staff,
    Store,
    Tier,
    TierPolicy,
    CustomerTier,
    TierChange,
    EntryTotal,
    UncountedEntry,
    RecoveryCode,
    TwoStepRole,
    SavedView,
    FirstView,
    Survey,
    SurveyEdition,
    SurveyResponse,
    SurveyAward,
)

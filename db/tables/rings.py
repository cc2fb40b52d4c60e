from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class ReferralMark(Table, tablename="referral_marks"):
    """What is known of an invited friend, as a hash (PRODUCT G4)."""

    programme_id = BigInt()
    referral_id = BigInt()
    kind = Text()
    mark = Text(primary_key=True)


class CustomerMark(Table, tablename="customer_marks"):
    """What is known of a customer who invites or was invited, as a hash."""

    programme_id = BigInt()
    customer_id = BigInt()
    kind = Text()
    mark = Text(primary_key=True)


class RingDecision(Table, tablename="ring_decisions"):
    """Referrals that share signals, decided together."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    verdict = Text()
    at = Timestamptz()
    undone_at = Timestamptz(null=True, default=None)


class RingReferral(Table, tablename="ring_referrals"):
    """A referral that a decision was about."""

    programme_id = BigInt()
    decision_id = BigInt()
    referral_id = BigInt(primary_key=True)

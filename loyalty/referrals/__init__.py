"""Referrals: one customer brings another (PRODUCT G).

    policies     what a referral gives, and when it counts
    clicking     a friend follows the link
    claiming     the friend leaves an address and gets a coupon; signals of fraud are weighed
    completing   the friend's first order, and the referrer's reward
    cancelling   taking a pending or a completed referral back
    deciding     letting a blocked referral through
    lapsing      claims without an order in time
    paying       what the referrer gets
    coupons      the friend's coupon: issued, made void, restored
    stored       a referral as it is stored, locked while it changes
    marking      what is known of both sides, kept where it can be compared
    undoing      taking back a cancellation or a changed policy

Locks are taken in one order: the friend's account (only an order has it), the referrer's account, the
referral, its coupon. Two people who refer each other and both order at the same moment can still wait
for each other; PostgreSQL ends one of the two and `retried` runs it again.
"""

"""Referrals that share signals, seen and decided together (PRODUCT G4).

marking   what is known of both sides, as hashes, kept where it can be compared
finding   the rings there are now
planning  exactly what a decision would do, referral by referral
deciding  one decision for a whole ring
"""

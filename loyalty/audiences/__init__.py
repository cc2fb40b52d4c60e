"""Whom something is for, as it is stored: rewards, price cuts and earning rules ask here (PRODUCT E1, E4, I1).

segments     chosen by public id, read by name; who is in them now
memberships  who was in which of them when

What is decided from it is in `loyalty.rules.audiences` and `loyalty.rules.earning_conditions`.
"""

"""Saved views of the customers list: a filter and an order under a name. PRODUCT B1.

saving       keeping, renaming, sharing, opening with, deleting
listing      whose views a person sees
"""

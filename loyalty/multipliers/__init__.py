"""One-shot multipliers: “double points on your next purchase in Skincare” (PRODUCT I3).

granting      a customer gets one; what other nouns call
withdrawing   taking back one that waits
using         which of them an order uses, keeps and gives back, inside the order's transaction
listing       a customer's multipliers, for their page and the portal
stored        the rows
undoing       taking a grant or a withdrawal back
"""

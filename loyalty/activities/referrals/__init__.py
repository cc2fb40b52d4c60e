"""Activities → Referrals: who invited whom, what became of it, and what waits for a person (PRODUCT D1, G).

filters     what the address says
views       what pages are given
matching    the same as SQL
reading     a row as a view
listing     one page, with counts
export      all of it as CSV
customer    one customer's invitations, for the profile
details     one referral, with what cancelling it would do
"""

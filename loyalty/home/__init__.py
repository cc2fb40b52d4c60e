"""What the admin's first page says: what needs somebody, and how the programme is doing (PRODUCT O6).

waiting     what waits for a decision, counted for every page's navigation
attention   what needs somebody
figures     the last 30 days beside the 30 before
chart       issued, redeemed, expired, by week or by month
expiring    points whose day comes within 30 days
returning   who bought again, behind the objective's number
overview    all of it, in a fixed number of queries
"""

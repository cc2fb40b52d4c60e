"""Tiers: levels reached by spend, points or orders, and what they give (PRODUCT F).

schemes      the programme's tiers and how they are reached and lost; changing them
metrics      what counts towards a tier, over the window that is open now
standing     where one customer stands, and every change of it
entering     points and rewards for entering a tier, once per tier and qualification period
evaluating   where the customer belongs after an order, an adjustment, a join
sweeping     the nightly look at everybody whose period, grace or floor has ended
changing     giving a tier by hand
preview      who would move where if the tiers changed
drafting     changed tiers, kept until somebody has seen that, then put in force
undoing      taking back a change made by hand
"""

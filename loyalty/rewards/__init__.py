"""Rewards: the catalogue, copies of it that customers hold, and their codes (PRODUCT C8, E).

drafts      what a merchant types about a reward, checked
catalogue   creating, editing and retiring    archiving a reward, and bringing it back
arranging   the order of the catalogue
cuts        the price cuts there are
personal_cuts  one person's price cut
cutting     a lower price for a time, and ending it early
offers      what one customer can have now, or how many points are missing
redeeming   points against a reward
issuing     a copy with its code; free ones for tiers, referrals and goodwill
issued      a copy as it is stored, locked while it changes
codes       reserve, use and release at the till; used with an order
removing    taking an unused copy back, with its points or without
goodwill    points for a reward that was used up already
expiring    codes and reservations whose time is over
undoing     taking back what was done to rewards and copies
"""

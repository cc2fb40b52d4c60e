"""The points ledger: every balance is the sum of entries that are never changed (PRODUCT C).

accounts    lock an account, read the clock, post what is due; open an account
posting     the three moves everything is made of: credit, debit, give back
posting_each, adjusting_each  the same for many accounts in a few statements
settling    due expiries and debts that released points pay, in the order time brings them
adjusting   add or take points by hand
clawing     take back what a refunded order earned, or return it
undoing     compensating entries for an audited action
balances    what a customer has, now or on a day
explaining  balance → lots → entries → rule version → order line
totals      what entries add up to by kind, kept of stretches of time
counting    bringing new entries into the totals
verifying   every invariant, as queries that find nothing
expiring    notices delivered, dates that move, the nightly sweep
"""

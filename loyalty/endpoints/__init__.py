"""Where a programme's messages are handed to, signed, to be sent on as texts or otherwise (PRODUCT M1, N2).

undoing   taking back where they go
setting   the address and its secret: set, replaced, taken away
calling   one event: kept in the transaction that causes it, delivered later, tried again
reaching  the request itself: never into a private network, no redirects, short
"""

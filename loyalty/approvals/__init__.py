"""Adjustments above somebody's limit, decided by a second person (PRODUCT C7).

asking    keeps what was asked, and changes no balance
deciding  approves (the real adjustment, once), declines, withdraws
listing   what waits for somebody, and what became of one's own requests
lapsing   nobody decided within two weeks
stored    a request as it is stored, locked while it is decided
"""

"""Expiry, hold, and what happens below zero: the programme's policies (PRODUCT A1, A3, C5, C9, J1).

terms       what holds, and what would change
drafting    changed policies, kept until somebody has seen what they do, then put in force
undoing     taking a change back
stamps      the card size of a stamp programme, with who gains and who loses a full card (I4)
"""

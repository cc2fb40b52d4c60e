"""Earning: which rules are in force, and what an order or an action is worth under them (PRODUCT I).

rules       the rule versions in force at a moment; adding a version
orders      an order's facts and context, what it earned and what is kept of it
actions     points for something other than an order: signup, review, birthday, an event by API
"""

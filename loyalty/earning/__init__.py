"""Earning: which rules are in force, and what an order or an action is worth under them (PRODUCT I).

rules       the rule versions in force at a moment; adding a version
catalogue   the rules as pages show them, with what each gave lately
editing     creating a rule, giving it a next version
switching   activating, pausing, archiving, ordering
undoing     taking each of these back
simulating  a sample order and what each rule gives it
names       the stores, tiers and segments that rules speak of
context     what was true of a customer when they earned
actions     points for something other than an order: signup, review, birthday, a quiz
birthdays   what birthday rules give, on the day
"""

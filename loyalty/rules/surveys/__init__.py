"""Quizzes, polls, challenges and pledges: what they are made of and how they end (PRODUCT L3).

definitions  questions, outcomes, goals: read from JSON, checked, written back
scoring      which outcome a quiz's answers lead to
goals        how far a challenge is, and when it is over
"""

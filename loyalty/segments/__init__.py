"""Segments: named sets of customers, who is in them since when, and why (PRODUCT K).

    days        business days as numbers, in SQL and in Python
    footing     the day everybody is judged at, and the yardstick: what the whole shop sets
    facts       one row a person, from their orders, points and actions
    measuring   the yardstick, from everybody's facts
    scoring     R, F, M and the value segment, into the facts
    kinds       one file a kind: who belongs, as one condition over facts and customers
    judging     who enters and leaves, into members and moves
    refreshing  everybody, a part of them at a time
    due         somebody something happened to; following looks at them alone
    reaching    facts written anew, and who came within reach of a reward by them
    nights      entries and exits that held for two nights, told to whoever listens
    stored      the segments themselves; seeding makes those every programme has

    declaring    segments of what people told us; surveyed, those that quizzes and polls name
    lists        people who were put on a list
    building     segments a shop builds from conditions; trying counts and reads back before they are saved

    uses         what asks about a segment, which can't go meanwhile

    standing     one customer's segments, with everything they rest on
    listing      all segments, their sizes, how they changed

docs/segments.md has every formula.
"""

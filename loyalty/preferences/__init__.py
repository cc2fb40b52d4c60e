"""What customers tell on purpose, and what it is used for (PRODUCT L1, L2).

The merchant's side:

    questions    questions with their working copy and the wording that is published
    editing      writing, publishing, ordering, archiving them; undoing takes it back
    wordings     every published version
    ready_made   a set to begin with
    tallies      how many chose what
    bonus        what completing the profile pays
    pool         the birthday surprises

The customer's side:

    current      the preference center: every question with the answer that stands
    answering    saving a section, withdrawing an answer; `writing` keeps the history and what follows from it
    told         what we know, when and how it was given, and what for
    completing   the bonus for a complete profile, once
    birthdays    a member's own birthday, once in 12 months
    drawing      the surprise for it
    boosting     more points on the next order of a favourite category
    merging      carrying a record's answers to another of the same person

What may be sent:

    consent      whether a message may be sent, for one customer or for many
    contacts     a customer's row of what may be sent
    unsubscribing  stopping a channel at one press
    mail_links   signed links that need no login
"""

"""Quizzes, polls, challenges and pledges (PRODUCT L3).

The merchant's side:

    stored      surveys with their working copy and the edition that is published
    editing     writing, publishing, scheduling, archiving them; undoing takes it back
    tallies     how it ended for how many
    results     the list, and one survey's result with the people behind each number

The member's side:

    taking      finishing a quiz, voting, taking a challenge or pledge up and giving it up
    responses   what a customer takes part in, and how it ended
    advancing   challenges as orders, reviews and referrals come in
    counting    how much of a goal is reached
    awarding    what an outcome gives, once
    taken       what one customer took part in, in the words of then
    declared    outcomes among the other things a customer told us, for filters and segments
"""

"""The demo shop: Juniper & Rye, a bakery with eighteen months behind it.

    programme.toml  the programme, as a merchant would write it
    play            opens the shop and plays its history under a set clock, through the real verbs
    reset           clears a database that holds the demo shop and nothing else
    opening         the programme, its stores and its staff
    stage           what a scene is played on: the shop, its staff, who is who so far
    almanac         the days: which are busy, when the doors are open
    shop, tills     the articles; orders as the web shop and the counter write them
    people, names   the thousand and their habits
    cast            the people every story of ours knows by name
    visits          buying, spending points, taking something back
    stories         the scenes, one file a story

Nothing is written but by the verbs that staff, shops and members use, so the history is as true as a
real one: `regulars verify` finds nothing in it. Played again for the same day it is the same history,
number by number; only codes and public ids are drawn anew.
"""

"""Automations: a message, with or without an offer, to one person when something happens to them. PRODUCT M5.

An automation owns a draft campaign, which holds what it says and gives, and, once it is switched on, campaigns
that are sent to whoever it begins for, one by one. So arms, gifts, mails, clicks and reasons are those of any
campaign. Somebody for whom it begins again gets a place in the next of its campaigns.

stored       the rows
ready        those that are written already, to begin with
drafting     beginning one, from a ready one or from nothing
editing      what starts it, how long it waits, what keeps it from people
checking     why one can't be switched on as it is
editions     its campaigns: what was in effect when somebody's moment came
already      those for whom it holds when it is switched on
switching    on, paused, put away
mornings     whose day it is: birthdays, points about to expire, no order for so long
entering     those whose moment has come get a place in a campaign
listing      all of them, and one with its people
undoing      taking a move back

`loyalty.triggers` notes what happens, `loyalty.campaigns.leaving` what people did since.
"""

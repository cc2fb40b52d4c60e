"""The stories of the demo shop, one a file. Each yields scenes; `play` puts all of them in order.

shoppers    the thousand: visits, redemptions, things taken back
invitations who brought whom, and claims nobody followed up
reviews     what people wrote about the bread, and what became of it
desk        Mara and Theo at work: points by hand, tiers, people who leave, a mistake undone
nights      what the clockwork does while the ovens heat up: notices, expiries, tiers
ines        a gold member with everything a profile can show
olu         a guest who orders and never registers
pia         somebody who was excluded
rex         a member without much to tell
noor        an order cancelled by mistake and put right, and a friend who was herself
twice       two people with two records each, of which one was merged
mailing     campaigns: to those who used to come, some held back; a bonus for two orders; a reward for less
greetings   a welcome and birthdays that go out by themselves
lists       a saved view, and a tag for many people at once
dora        a ring: friends who all use one phone
approvals   what Theo may not do alone
earning     a draft of a rule, tried on past orders; promises to Ines
favours     a reward, a price cut and a rule for the people of some segments
acts        what several stories do in the same words
"""

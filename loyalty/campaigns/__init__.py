"""Campaigns: an offer and a message to segments, sent once to each, with a holdout to measure by. PRODUCT M.

stored       the rows
drafting     beginning and duplicating one
editing      changing a draft, step by step
recording    what these two share
audience     who would get it and who wouldn't, counted in one statement; the same statement gathers them
reaching     by which channels somebody can be reached: parts of that statement
outlook      what a merchant should know before it is sent: numbers, arms, the smallest effect they can show
checking     why a campaign can't be sent as it is
scheduling   schedule, back to draft, pause, resume, cancel
gathering    everybody's place is decided and kept: left out and why, held back, or to be sent to
sending      person after person: the offer and the messages in one transaction
waking       who may be written to now, by everybody's own clock
posting      one person's message into one channel
settling     what became of the messages
leaving      what keeps an automation's message from somebody after all
giving       an offer given, once
ending       taking back what somebody hasn't used of it, for one person
promises     what somebody can still use of it, and what became of the rest
codes        the shop's codes a campaign gives, one a person
markup       the body's few marks as HTML and as plain text, with places for fields and links
values       what goes into the fields of one person's message
explaining   why somebody got it, in words that are fit for members
writing      one person's letter
testing      the message to a colleague, as somebody's
clicks       links in mails, and where they lead
arriving     by which channels it went out, who opened it, what became of texts
opening      noting who opened their mail, of those who agreed that it is measured
pacing       how many mails may go out now, where a shop's mail server allows so many an hour
listing      all campaigns, and one as it goes
recipients   everybody of a campaign, by what became of them; as CSV
measuring    counting what the arms did, and keeping it
costing      what it has given so far, in points and money
reporting    the arms side by side, and how sure the difference is
overview     all campaigns together, by what they were for
undoing      taking a move back, or an ending
"""

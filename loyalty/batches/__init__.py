"""One change of many people: tag, list, adjust, exclude, end what a campaign gave. PRODUCT B1.

choosing     who is meant: people picked by hand, everybody a filter lets through, who has something of a campaign
starting     writing down who and what, and handing it to the worker
acting       the real verb of each kind, for one person
running      person after person, each in a transaction of their own; balances some hundred at a time
cancelling   stopping where it is
undoing      taking the whole batch back, in the same way
reading      how far it is, what was refused and why; the same as CSV
"""

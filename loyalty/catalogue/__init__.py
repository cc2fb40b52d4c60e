"""The catalogue as a merchant reads it (PRODUCT E1, E4, O6).

listing      every reward with what became of its copies
figures      one reward's page: its figures, who holds it
cut_outlook  what a price cut would do, before it is made
"""

"""Order bonuses: points promised for somebody's nth order within a time (PRODUCT M1).

promising   a customer is promised one; what campaigns call
settling    paid and taken back, inside the transaction of the order that decides
stored      the rows
undoing     taking a promise back
"""

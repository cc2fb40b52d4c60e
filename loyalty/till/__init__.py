"""The till: what counter staff need of a customer, in seconds (PRODUCT E5).

finding    who or what was scanned or typed: a card, a reward code, a phone, a name
counter    one customer in front of the counter: balance, rewards within reach, codes in hand
purchases  an amount on a receipt that earns
lookup     customers by an address, a phone number or a card, for programs
presented  a code in front of the counter
outcomes   what was just done, with how to take it back
undoing    taking a purchase back
"""
